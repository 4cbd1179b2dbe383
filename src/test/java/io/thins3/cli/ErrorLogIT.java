package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MountCommand;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import io.thins3.testing.ScriptedS3.Request;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/SEMANTICS.md, Errors: "Each is logged once, with bucket, key, the store's code and the
 * request id", by failing programs on a mount.
 */
@Timeout(200)
class ErrorLogIT {
  private static final String FILE =
      "<Contents><Key>%s</Key><LastModified>2026-02-03T04:05:06.000Z</LastModified>"
          + "<ETag>&quot;e&quot;</ETag><Size>5</Size></Contents>";

  @TempDir Path temporary = Path.of("/nowhere");

  private final ScriptedS3 server = ScriptedS3.start();
  private Path mount = Path.of("/nowhere");
  private volatile Answer failure = ScriptedS3.error(500, "InternalError", "not set");

  @BeforeEach
  void bucket() throws Exception {
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    server.answering(this::answer);
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** A bucket of two files, of which one cannot be read, and a directory that cannot be listed. */
  private Answer answer(Request request) {
    if (request.target().startsWith("/bucket/bad")) {
      return request.method().equals("HEAD") ? head() : failure;
    }
    if (request.target().startsWith("/bucket/good")) {
      return request.method().equals("HEAD")
          ? head()
          : ScriptedS3.range("\"e\"", 0, 5, "12345".getBytes(UTF_8));
    }
    if (request.target().contains("prefix=closed")) {
      return request.target().contains("max-keys=1&") ? listing("closed/x") : failure;
    }
    if (request.target().contains("prefix=")) {
      return ScriptedS3.emptyListing();
    }
    return request.method().equals("HEAD") ? missing() : listing("bad", "good");
  }

  private static Answer head() {
    return ScriptedS3.answer(
        200,
        Map.of(
            "ETag",
            "\"e\"",
            "Content-Length",
            "5",
            "Last-Modified",
            "Tue, 03 Feb 2026 04:05:06 GMT"),
        new byte[0]);
  }

  private static Answer missing() {
    return ScriptedS3.answer(404, Map.of("x-minio-error-code", "NoSuchKey"), new byte[0]);
  }

  private static Answer listing(String... keys) {
    StringBuilder files = new StringBuilder();
    for (String key : keys) {
      files.append(FILE.formatted(key));
    }
    return ScriptedS3.listing(files.toString());
  }

  private Thins3Process mounted(String... options) throws Exception {
    List<String> all = new java.util.ArrayList<>(List.of("--max-attempts", "2"));
    all.addAll(List.of(options));
    return new MountCommand(
            server.endpoint(),
            "bucket",
            mount,
            Map.of("AWS_ACCESS_KEY_ID", "some", "AWS_SECRET_ACCESS_KEY", "some"))
        .mount(all.toArray(String[]::new));
  }

  private String sh(String script) throws Exception {
    return Shell.run("bash", "-c", "cd '" + mount + "' && " + script).out();
  }

  /** The lines of the log that speak of a failure, once the mount has ended. */
  private static List<String> failures(Thins3Process thins3) throws Exception {
    assertThat(thins3.terminate()).as(thins3.output()).isZero();
    return lines(thins3).filter(line -> line.matches("\\S+ (WARN|ERROR) .*")).toList();
  }

  private static java.util.stream.Stream<String> lines(Thins3Process thins3) throws IOException {
    return thins3.output().lines();
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, words, Permission denied, WARN, EACCES",
    "403, InvalidObjectState, words, Permission denied, WARN, EACCES",
    "500, InternalError, words, Input/output error, ERROR, EIO",
    "500, InternalError, no space left on device, No space left on device, ERROR, ENOSPC",
    "404, NoSuchBucket, words, No such device or address, ERROR, ENXIO",
    "409, OperationAborted, words, Device or resource busy, WARN, EBUSY",
    "400, InvalidArgument, words, Invalid argument, WARN, EINVAL",
  })
  void open_fails_isOneLine(
      int status, String code, String message, String said, String level, String errno)
      throws Exception {
    failure = ScriptedS3.error(status, code, message);
    try (Thins3Process thins3 = mounted()) {
      assertThat(sh("ls")).isEqualTo("bad\ngood\n");
      assertThat(sh("cat good")).isEqualTo("12345");
      assertThat(sh("cat bad")).contains(said);

      assertThat(failures(thins3))
          .as(thins3.output())
          .singleElement()
          .asString()
          .contains(" " + level, errno + " for GET s3://bucket/bad: " + code + " (" + status)
          .contains("request id SCRIPTED");
    }
  }

  @Test
  void listing_fails_isOneLine() throws Exception {
    failure = ScriptedS3.error(403, "AccessDenied", "words");
    try (Thins3Process thins3 = mounted()) {
      assertThat(sh("ls closed")).contains("Permission denied");

      assertThat(failures(thins3))
          .as(thins3.output())
          .singleElement()
          .asString()
          .contains("WARN", "EACCES for LIST s3://bucket/closed/: AccessDenied (403, request id");
    }
  }

  /** What is no failure is none in the log: an absent name, an object that others have deleted. */
  @Test
  void absence_isNoLine() throws Exception {
    failure = ScriptedS3.error(404, "NoSuchKey", "words");
    try (Thins3Process thins3 = mounted()) {
      assertThat(sh("stat absent")).contains("No such file or directory");
      assertThat(sh("cat bad")).contains("Stale file handle");

      assertThat(failures(thins3)).as(thins3.output()).isEmpty();
      // One for each version that was opened: the kernel opens once more.
      assertThat(lines(thins3).filter(line -> line.contains("ESTALE")))
          .as(thins3.output())
          .isNotEmpty()
          .allMatch(line -> line.contains("INFO") && line.contains("s3://bucket/bad: NoSuchKey"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "debug"})
  void logLevel_saysWhatIsWritten(String level) throws Exception {
    failure = ScriptedS3.error(403, "AccessDenied", "words");
    try (Thins3Process thins3 = mounted("--log-level", level)) {
      assertThat(sh("cat bad")).contains("Permission denied");

      assertThat(failures(thins3)).as(thins3.output()).hasSize(level.equals("error") ? 0 : 1);
    }
  }
}
