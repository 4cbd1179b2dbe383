package io.thins3.store;

import io.thins3.config.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * What a probe of a bucket found.
 *
 * @param outcome the class of the answer
 * @param message one line for the user: what is wrong, where, and what to do; empty when all is
 *     well
 * @param failure what the store said, or null when all is well or nothing was said in time
 */
public record ProbeResult(Outcome outcome, String message, @Nullable StoreException failure) {
  /** The classes of answers. */
  public enum Outcome {
    /** The bucket can be listed. */
    OK(true, ExitCode.OK),
    /** There is no bucket of that name. */
    NO_SUCH_BUCKET(true, ExitCode.NO_SUCH_BUCKET),
    /** The credentials are good, but have no right to list the bucket or prefix. */
    ACCESS_DENIED(true, ExitCode.ACCESS_DENIED),
    /** The store does not take the credentials. */
    BAD_CREDENTIALS(true, ExitCode.ACCESS_DENIED),
    /** No credentials were found. */
    NO_CREDENTIALS(true, ExitCode.CREDENTIALS),
    /** Something answered, but not as the S3 store of this bucket does: a wrong endpoint. */
    NOT_THE_STORE(true, ExitCode.UNREACHABLE),
    /** No answer, or one that says "later": worth asking again. */
    UNREACHABLE(false, ExitCode.UNREACHABLE);

    private final boolean definitive;
    private final ExitCode exitCode;

    Outcome(boolean definitive, ExitCode exitCode) {
      this.definitive = definitive;
      this.exitCode = exitCode;
    }
  }

  /** Whether the store has answered, and would answer the same again. */
  public boolean isDefinitive() {
    return outcome.definitive;
  }

  /** Whether the bucket can be listed. */
  public boolean isOk() {
    return outcome == Outcome.OK;
  }

  /** How a program ends that does not go on after this. */
  public ExitCode exitCode() {
    return outcome.exitCode;
  }
}
