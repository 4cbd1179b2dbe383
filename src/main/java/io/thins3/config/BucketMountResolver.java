package io.thins3.config;

import io.thins3.config.OptionValues.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link BucketMount} of a bucket's name and the options given for it. */
public final class BucketMountResolver {
  /** AWS names the region in its endpoints: s3.eu-west-1.amazonaws.com, s3-eu-west-1.… */
  private static final Pattern AWS_HOST =
      Pattern.compile(
          "s3[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-[0-9])\\.amazonaws\\.com(\\.cn)?");

  private static final String DEFAULT_REGION = "us-east-1";

  private final MountDefaults defaults;
  private final Warnings warnings;

  /** Creates one. */
  public BucketMountResolver(MountDefaults defaults, Warnings warnings) {
    this.defaults = defaults;
    this.warnings = warnings;
  }

  /**
   * Resolves one mount.
   *
   * @param name what the mount is called; null: as its bucket
   * @param path where it lies
   * @param label what messages call the mount
   */
  public BucketMount resolve(
      @Nullable String name,
      String path,
      String label,
      BucketLocation location,
      OptionValues values)
      throws UserException {
    URI endpoint = endpoint(label, location, values);
    boolean accessPoint = location.bucket().startsWith("arn:");
    Boolean subdomain = values.find(Options.SUBDOMAIN);
    boolean pathStyle =
        subdomain == null ? endpoint != null && !accessPoint : !subdomain && !accessPoint;
    boolean readOnly = defaults.readOnly() || Boolean.TRUE.equals(values.find(Options.READ_ONLY));
    return new BucketMount(
        name == null ? location.bucket() : name,
        path,
        location.bucket(),
        location.prefix(),
        endpoint,
        region(location, endpoint, values),
        credentials(label, values),
        pathStyle,
        readOnly,
        orElse(values.find(Options.UID), defaults.owner().uid()),
        orElse(values.find(Options.GID), defaults.owner().gid()),
        orElse(values.find(Options.FILE_MODE), defaults.fileMode(readOnly)),
        orElse(values.find(Options.DIRECTORY_MODE), defaults.directoryMode(readOnly)),
        values.get(Options.METADATA_TTL),
        values.get(Options.NEGATIVE_TTL),
        values.get(Options.CHEAP),
        !values.get(Options.NO_IMPLICIT_DIRECTORY),
        !values.get(Options.NO_SIBLING_READAHEAD),
        new HttpSettings(
            values.get(Options.HTTP_TIMEOUT),
            ioTimeout(values),
            values.get(Options.MAX_ATTEMPTS),
            values.get(Options.HTTP_CLIENT),
            values.find(Options.CA_BUNDLE),
            !values.get(Options.NO_VERIFY_TLS),
            !values.get(Options.NO_VERIFY_CHECKSUMS),
            listType(values)),
        UploadSettingsResolver.resolve(label, values));
  }

  private @Nullable URI endpoint(String label, BucketLocation location, OptionValues values)
      throws UserException {
    URI named = location.endpoint();
    URI given = values.find(Options.ENDPOINT);
    if (named == null) {
      if (given == null && location.scheme().equals("minio")) {
        warnings.add(
            label + ": minio:// without an endpoint (minio-url); the bucket is looked for on AWS");
      }
      return given;
    }
    if (given != null && !given.equals(named)) {
      warnings.add(
          label + ": endpoint " + given + " is ignored, the mount names the server " + named);
    }
    return named;
  }

  private static @Nullable String region(
      BucketLocation location, @Nullable URI endpoint, OptionValues values) throws UserException {
    String given = values.find(Options.REGION);
    if (given != null) {
      return given;
    }
    if (location.region() != null || endpoint == null) {
      return location.region();
    }
    Matcher aws = AWS_HOST.matcher(endpoint.getHost().toLowerCase(Locale.ROOT));
    return aws.matches() ? aws.group(1) : DEFAULT_REGION;
  }

  private static ListType listType(OptionValues values) throws UserException {
    Integer given = values.find(Options.LIST_TYPE);
    return given == null ? ListType.AUTOMATIC : given == 1 ? ListType.V1 : ListType.V2;
  }

  private static Duration ioTimeout(OptionValues values) throws UserException {
    Duration given = values.find(Options.IO_TIMEOUT);
    return given == null ? HttpSettings.ioTimeout(values.get(Options.HTTP_TIMEOUT)) : given;
  }

  private static Credentials credentials(String label, OptionValues values) throws UserException {
    if (values.get(Options.ANONYMOUS)) {
      return new Credentials.Anonymous();
    }
    Credential access = values.findCredential(Options.ACCESS_KEY, Options.ACCESS_KEY_FILE);
    Credential secret = values.findCredential(Options.SECRET_KEY, Options.SECRET_KEY_FILE);
    Credential token = values.findCredential(Options.SESSION_TOKEN, Options.SESSION_TOKEN_FILE);
    if (access == null && secret == null && token == null) {
      return new Credentials.DefaultChain(values.find(Options.PROFILE));
    }
    if (access == null || secret == null) {
      throw incomplete(label, access, secret, token);
    }
    if (access.file() != null && secret.file() != null && (token == null || token.file() != null)) {
      return new Credentials.Files(
          access.file(), secret.file(), token == null ? null : token.file());
    }
    // Where one of them is a literal the files are read once: whoever changes the keys has to
    // change the configuration too.
    return new Credentials.Static(
        access.value(), secret.value(), token == null ? null : token.value());
  }

  private static UserException incomplete(
      String label,
      @Nullable Credential access,
      @Nullable Credential secret,
      @Nullable Credential token) {
    Credential given = access != null ? access : secret != null ? secret : token;
    String missing = access == null ? "access" : "secret";
    return new UserException(
        ExitCode.CREDENTIALS,
        "%s: %s is given without the %s key; give %s-key-file too (or %s-key in Fluid's options)"
            .formatted(
                label,
                Shown.plain(Objects.requireNonNull(given).label()),
                missing,
                missing,
                missing));
  }

  private static int orElse(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
