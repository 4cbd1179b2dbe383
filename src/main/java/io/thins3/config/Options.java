package io.thins3.config;

import static io.thins3.config.OptionSource.ENVIRONMENT;
import static io.thins3.config.OptionSource.FLUID_COMMAND;
import static io.thins3.config.OptionSource.MOUNT_COMMAND;
import static io.thins3.config.OptionSource.OPTION_MAP;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * The registry of all options. The command lines, Fluid's option maps, the environment and
 * docs/CONFIGURATION.md are made from it or checked against it, so that an option has one name, one
 * parser and one error message wherever it is given. Names are goofys' where the meaning is.
 */
public final class Options {
  private static final Duration ZERO = Duration.ZERO;
  private static final long LEAST_MEMORY = 64L << 20;
  private static final long LEAST_METADATA = 1L << 20;

  /** The store. */
  public static final Option<URI> ENDPOINT =
      Option.named("endpoint", ValueTypes.ENDPOINT)
          .aliases(
              "minio-url",
              "endpoint_url",
              "oss-endpoint",
              "fs.s3.endpoint",
              "fs.s3a.endpoint",
              "alluxio.underfs.s3.endpoint")
          .defaultNote("AWS")
          .describedAs("Scheme, host and port of the S3 server, such as http://minio:9000.");

  /** The signing region. */
  public static final Option<String> REGION =
      Option.named("region", ValueTypes.REGION)
          .aliases("region_name", "fs.s3.region", "fs.s3a.endpoint.region")
          .defaultNote("us-east-1 with an endpoint; on AWS the bucket's own, found by itself")
          .describedAs("The region that requests are signed for.");

  /** The bucket, where the mount's name holds only the server. */
  public static final Option<String> BUCKET =
      Option.named("bucket", ValueTypes.TEXT)
          .from(OPTION_MAP)
          .describedAs("The bucket when the mountPoint is only the server's address (http://...).");

  /** Virtual-host style. */
  public static final Option<Boolean> SUBDOMAIN =
      Option.named("subdomain", ValueTypes.FLAG)
          .oppositeAliases("path-style", "fs.s3a.path.style.access")
          .defaultNote("off with an endpoint (the bucket is in the path), on for AWS")
          .describedAs("Put the bucket into the host name (virtual-host style).");

  /** A profile of the AWS configuration files. */
  public static final Option<String> PROFILE =
      Option.named("profile", ValueTypes.TEXT)
          .defaultNote("$AWS_PROFILE, else default")
          .describedAs(
              "The profile of the AWS configuration files to take credentials from, when no key is"
                  + " given otherwise.");

  /** A file with the access key. */
  public static final Option<Path> ACCESS_KEY_FILE =
      Option.named("access-key-file", ValueTypes.FILE)
          .describedAs("A file that holds the access key and nothing else.");

  /** A file with the secret key. */
  public static final Option<Path> SECRET_KEY_FILE =
      Option.named("secret-key-file", ValueTypes.FILE)
          .describedAs("A file that holds the secret key and nothing else.");

  /** A file with the session token. */
  public static final Option<Path> SESSION_TOKEN_FILE =
      Option.named("session-token-file", ValueTypes.FILE)
          .describedAs("A file that holds the session token and nothing else.");

  /** The access key, or the path of a secret that holds it. Never on a command line. */
  public static final Option<Secret> ACCESS_KEY =
      Option.named("access-key", ValueTypes.SECRET)
          .from(OPTION_MAP)
          .aliases(
              "minio-access-key",
              "access-key-id",
              "access",
              "oss-access-key",
              "fs.s3.accessKeyId",
              "fs.s3a.access.key",
              "aws.accessKeyId")
          .describedAs("The access key, or the path of a mounted secret that holds it.");

  /** The secret key, or the path of a secret that holds it. Never on a command line. */
  public static final Option<Secret> SECRET_KEY =
      Option.named("secret-key", ValueTypes.SECRET)
          .from(OPTION_MAP)
          .aliases(
              "minio-access-secret",
              "minio-secret-key",
              "secret-access-key",
              "access-key-secret",
              "secret",
              "oss-secret-key",
              "fs.s3.accessKeySecret",
              "fs.s3a.secret.key",
              "aws.secretKey")
          .describedAs("The secret key, or the path of a mounted secret that holds it.");

  /** The session token, or the path of a secret that holds it. Never on a command line. */
  public static final Option<Secret> SESSION_TOKEN =
      Option.named("session-token", ValueTypes.SECRET)
          .from(OPTION_MAP)
          .aliases("minio-session-token", "security-token", "aws.sessionToken")
          .describedAs("The session token, or the path of a mounted secret that holds it.");

  /** Unsigned requests. */
  public static final Option<Boolean> ANONYMOUS =
      Option.named("anonymous", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs("Do not sign requests: for public buckets.");

  /** Connection and read timeout. */
  public static final Option<Duration> HTTP_TIMEOUT =
      Option.named("http-timeout", ValueTypes.duration(Duration.ofMillis(100), Duration.ofHours(1)))
          .defaultValue("30s")
          .describedAs(
              "The longest wait for a connection, and for the next byte of an answer; half of"
                  + " io-timeout where that is shorter, so that there is time for a second try.");

  /** When an operation without progress fails. */
  public static final Option<Duration> IO_TIMEOUT =
      Option.named("io-timeout", ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)))
          .defaultNote("60s; twice http-timeout where that is longer")
          .describedAs(
              "The longest that an operation goes on without any progress, with all its retries;"
                  + " then it fails with EIO.");

  /** Requests for one answer. */
  public static final Option<Integer> MAX_ATTEMPTS =
      Option.named("max-attempts", ValueTypes.count(1, 100))
          .defaultValue("12")
          .describedAs(
              "How often a request is sent at most when it fails in a way that may pass; 1 never"
                  + " tries again.");

  /** What sends the requests. */
  public static final Option<HttpClientKind> HTTP_CLIENT =
      Option.named("http-client", ValueTypes.choice(HttpClientKind.class))
          .defaultValue("native")
          .describedAs(
              "What sends the requests: native is ThinS3's own HTTP client, apache the AWS SDK's.");

  /** Certificate authorities. */
  public static final Option<Path> CA_BUNDLE =
      Option.named("ca-bundle", ValueTypes.FILE)
          .defaultNote("the authorities of the Java runtime")
          .describedAs(
              "A file with the certificate authorities to trust instead, in PEM, for https.");

  /** Trust any certificate. */
  public static final Option<Boolean> NO_VERIFY_TLS =
      Option.named("no-verify-tls", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs(
              "Do not check the server's certificate: anybody on the way can read and change"
                  + " everything. For tests.");

  /** Believe whatever content comes. */
  public static final Option<Boolean> NO_VERIFY_CHECKSUMS =
      Option.named("no-verify-checksums", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs(
              "Do not compare files that are read whole with the checksums that the store has of"
                  + " them.");

  /** Which listing. */
  public static final Option<Integer> LIST_TYPE =
      Option.named("list-type", ValueTypes.count(1, 2))
          .defaultNote("2; 1 for a store that shows that it does not know 2")
          .describedAs(
              "Which listing the store is asked for: 1 is ListObjects, which old stores know alone,"
                  + " 2 ListObjectsV2.");

  /** Owner. */
  public static final Option<Integer> UID =
      Option.named("uid", ValueTypes.OWNER)
          .defaultNote("the process's")
          .describedAs("The owner of all files and directories.");

  /** Group. */
  public static final Option<Integer> GID =
      Option.named("gid", ValueTypes.OWNER)
          .defaultNote("the process's")
          .describedAs("The group of all files and directories.");

  /** Permission bits of files. */
  public static final Option<Integer> FILE_MODE =
      Option.named("file-mode", ValueTypes.MODE)
          .defaultNote("0644; 0666 for a read-write mount under thins3 fluid")
          .describedAs("The permission bits of files, in octal.");

  /** Permission bits of directories. */
  public static final Option<Integer> DIRECTORY_MODE =
      Option.named("dir-mode", ValueTypes.MODE)
          .defaultNote("0755; 0777 for a read-write mount under thins3 fluid")
          .describedAs("The permission bits of directories, in octal.");

  /** Refuse changes. */
  public static final Option<Boolean> READ_ONLY =
      Option.named("read-only", ValueTypes.FLAG)
          .aliases("ro")
          .defaultNote("false; under thins3 fluid the Dataset's access modes decide")
          .describedAs("Refuse every change with EROFS; -o ro does the same.");

  /** How long metadata is believed. */
  public static final Option<Duration> METADATA_TTL =
      Option.named("metadata-ttl", ValueTypes.duration(ZERO, DurationText.INDEFINITE))
          .commandLineAliases("stat-cache-ttl", "type-cache-ttl")
          .smallestOfSeveral(Comparator.naturalOrder())
          .defaultValue("60s")
          .describedAs(
              "How long attributes and listings are believed; 0 asks every time. goofys'"
                  + " --stat-cache-ttl and --type-cache-ttl mean the same; of several given"
                  + " together the smallest counts.");

  /** How long absence is believed. */
  public static final Option<Duration> NEGATIVE_TTL =
      Option.named("negative-ttl", ValueTypes.duration(ZERO, DurationText.INDEFINITE))
          .defaultValue("1s")
          .describedAs("How long the absence of a name is believed; 0 asks every time.");

  /** Fewer requests. */
  public static final Option<Boolean> CHEAP =
      Option.named("cheap", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs("Send fewer requests and wait longer: a lookup asks one after the other.");

  /** Directories need markers. */
  public static final Option<Boolean> NO_IMPLICIT_DIRECTORY =
      Option.named("no-implicit-dir", ValueTypes.FLAG)
          .oppositeAliases("implicit-dir")
          .defaultValue("false")
          .describedAs(
              "Every directory has its marker object (NAME/): lookups ask for that alone.");

  /** Nothing ahead of walks. */
  public static final Option<Boolean> NO_SIBLING_READAHEAD =
      Option.named("no-sibling-readahead", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs(
              "Fetch nothing ahead for programs that walk through directories of small files: each"
                  + " file and directory is asked for when it is opened.");

  /** Where the mounts of a Dataset lie. */
  public static final Option<Layout> LAYOUT =
      Option.named("layout", ValueTypes.choice(Layout.class))
          .scope(OptionScope.PROCESS)
          .from(FLUID_COMMAND, ENVIRONMENT, OPTION_MAP)
          .defaultNote("root for a single mount without path or with path /, else tree")
          .describedAs(
              "Where the Dataset's mounts lie: root puts the only one at the mount point itself,"
                  + " tree gives each a directory. tree is recommended for Datasets whose mounts"
                  + " change.");

  /** Fluid's configuration file. */
  public static final Option<Path> FLUID_CONFIG =
      Option.named("fluid-config", ValueTypes.FILE)
          .scope(OptionScope.START)
          .from(FLUID_COMMAND, ENVIRONMENT)
          .defaultNote("/etc/fluid/config/config.json, else /etc/fluid/config.json")
          .describedAs("The configuration that Fluid writes.");

  /** Fluid's secrets. */
  public static final Option<Path> SECRETS_ROOT =
      Option.named("secrets-root", ValueTypes.DIRECTORY)
          .scope(OptionScope.START)
          .from(FLUID_COMMAND, ENVIRONMENT)
          .defaultNote("/etc/fluid/secrets")
          .describedAs(
              "The directory to read secrets from in place of /etc/fluid/secrets; option values"
                  + " below either are files.");

  /** Memory for content. */
  public static final Option<Long> MEMORY_LIMIT =
      Option.named("memory-limit", ValueTypes.bytes(LEAST_MEMORY))
          .scope(OptionScope.START)
          .defaultNote("a quarter of the memory of the machine or control group, 64m to 192m")
          .describedAs(
              "The most memory for the content of files: read-ahead and what is kept of what was"
                  + " read.");

  /** Memory for metadata. */
  public static final Option<Long> METADATA_MEMORY =
      Option.named("metadata-memory", ValueTypes.bytes(LEAST_METADATA))
          .scope(OptionScope.START)
          .defaultNote("a quarter of the heap, which is half of the memory, 96m to 1g")
          .describedAs(
              "The most memory for what is known of names: listings and lookups of all buckets. A"
                  + " million listed names of 20 characters take 66 MiB.");

  /** FUSE options. */
  public static final Option<List<String>> MOUNT_OPTIONS =
      Option.named("fuse-options", ValueTypes.LIST)
          .shortName("o")
          .aliases("o")
          .scope(OptionScope.START)
          .defaultNote("default_permissions; under thins3 fluid also allow_other")
          .describedAs(
              "Mount options as FUSE knows them: allow_other, nonempty, ro, fsname=NAME, ...;"
                  + " several add up.");

  /** The way to the kernel. */
  public static final Option<TransportKind> TRANSPORT =
      Option.named("transport", ValueTypes.choice(TransportKind.class))
          .scope(OptionScope.START)
          .defaultNote("linux on Linux, libfuse elsewhere")
          .describedAs(
              "The way to the kernel: linux needs no library of FUSE, libfuse is libfuse 2"
                  + " (libfuse.so.2).");

  /** Time for what runs when the process is to stop. */
  public static final Option<Duration> DRAIN_TIMEOUT =
      Option.named("drain-timeout", ValueTypes.duration(ZERO, Duration.ofHours(1)))
          .scope(OptionScope.PROCESS)
          .defaultValue("20s")
          .describedAs(
              "How long what is running may take when the mount is to end. In Kubernetes less than"
                  + " terminationGracePeriodSeconds (30 s unless set).");

  /** Stay in the foreground. */
  public static final Option<Boolean> FOREGROUND =
      Option.named("foreground", ValueTypes.FLAG)
          .shortName("f")
          .scope(OptionScope.START)
          .from(MOUNT_COMMAND)
          .defaultValue("false")
          .describedAs(
              "Stay in the foreground; otherwise the command returns when the mount is usable.");

  /** Least level that is logged. */
  public static final Option<LogLevel> LOG_LEVEL =
      Option.named("log-level", ValueTypes.choice(LogLevel.class))
          .scope(OptionScope.PROCESS)
          .defaultValue("info")
          .describedAs("How much is logged.");

  /** Where the log goes. */
  public static final Option<Path> LOG_FILE =
      Option.named("log-file", ValueTypes.FILE)
          .scope(OptionScope.START)
          .defaultNote(
              "standard output; in the background"
                  + " ${XDG_STATE_HOME:-$HOME/.local/state}/thins3/MOUNTPOINT.log")
          .describedAs("The file to log to.");

  /** Log FUSE requests. */
  public static final Option<Boolean> DEBUG_FUSE =
      Option.named("debug_fuse", ValueTypes.FLAG)
          .scope(OptionScope.PROCESS)
          .defaultValue("false")
          .describedAs("Log every FUSE request.");

  /** Log S3 requests. */
  public static final Option<Boolean> DEBUG_S3 =
      Option.named("debug_s3", ValueTypes.FLAG)
          .scope(OptionScope.PROCESS)
          .defaultValue("false")
          .describedAs("Log every request to the store.");

  private static final List<Option<?>> ALL =
      List.of(
          ENDPOINT,
          REGION,
          BUCKET,
          SUBDOMAIN,
          PROFILE,
          ACCESS_KEY_FILE,
          SECRET_KEY_FILE,
          SESSION_TOKEN_FILE,
          ACCESS_KEY,
          SECRET_KEY,
          SESSION_TOKEN,
          ANONYMOUS,
          HTTP_TIMEOUT,
          IO_TIMEOUT,
          MAX_ATTEMPTS,
          HTTP_CLIENT,
          CA_BUNDLE,
          NO_VERIFY_TLS,
          NO_VERIFY_CHECKSUMS,
          LIST_TYPE,
          WriteOptions.STORAGE_CLASS,
          WriteOptions.ACL,
          WriteOptions.SSE,
          WriteOptions.SSE_KMS,
          WriteOptions.SSE_C,
          WriteOptions.REQUESTER_PAYS,
          WriteOptions.TAGS,
          WriteOptions.CONFLICT,
          WriteOptions.UPLOAD_CHECKSUM,
          UID,
          GID,
          FILE_MODE,
          DIRECTORY_MODE,
          READ_ONLY,
          METADATA_TTL,
          NEGATIVE_TTL,
          CHEAP,
          NO_IMPLICIT_DIRECTORY,
          NO_SIBLING_READAHEAD,
          LAYOUT,
          FLUID_CONFIG,
          SECRETS_ROOT,
          MEMORY_LIMIT,
          METADATA_MEMORY,
          WriteOptions.STAGING_DIR,
          WriteOptions.STAGING_LIMIT,
          MOUNT_OPTIONS,
          TRANSPORT,
          DRAIN_TIMEOUT,
          FOREGROUND,
          LOG_LEVEL,
          LOG_FILE,
          DEBUG_FUSE,
          DEBUG_S3);

  private Options() {}

  /** All options, in the order of the documentation. */
  public static List<Option<?>> all() {
    return ALL;
  }
}
