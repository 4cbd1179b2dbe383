package io.thins3.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the credentials of a bucket come from. Immutable; no variant prints a secret. */
public sealed interface Credentials {
  /** The AWS SDK's default chain: environment, shared files, web identity, instance metadata. */
  record DefaultChain(@Nullable String profile) implements Credentials {}

  /** Given in the configuration itself. */
  record Static(Secret accessKey, Secret secretKey, @Nullable Secret sessionToken)
      implements Credentials {}

  /**
   * Files that hold nothing but the value and perhaps a line end. They are read again when the
   * credentials are needed anew: whoever mounted them may replace them.
   */
  record Files(Path accessKey, Path secretKey, @Nullable Path sessionToken)
      implements Credentials {}

  /** Requests are not signed. */
  record Anonymous() implements Credentials {}
}
