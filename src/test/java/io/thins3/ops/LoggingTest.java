package io.thins3.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.ExitCode;
import io.thins3.config.LogLevel;
import io.thins3.config.LogSettings;
import io.thins3.config.UserException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class LoggingTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void restore() throws Exception {
    Logging.start(LogSettings.DEFAULT, System.out);
  }

  @Test
  void start_level_isTheLeastThatIsLogged() throws Exception {
    Logging.start(settings(LogLevel.WARN, null, false, false), out);
    Logger logger = LoggerFactory.getLogger("io.thins3.fs.X");
    logger.info("quiet");
    logger.warn("loud ä");
    assertThat(text()).endsWith(" WARN  fs loud ä\n").hasLineCount(1);
  }

  @Test
  void start_libraries_areCappedAtWarn() throws Exception {
    Logging.start(settings(LogLevel.TRACE, null, false, false), out);
    for (String name :
        new String[] {
          "software.amazon.awssdk.auth.signer.Aws4Signer", "org.apache.http.wire", "jnr.x"
        }) {
      LoggerFactory.getLogger(name).info("a session token");
      LoggerFactory.getLogger(name).warn("shown");
    }
    assertThat(text()).doesNotContain("token").hasLineCount(3);
  }

  @Test
  void start_debugS3_showsRequestsButNeitherSignersNorHeaders() throws Exception {
    Logging.start(settings(LogLevel.INFO, null, false, true), out);
    LoggerFactory.getLogger("software.amazon.awssdk.request").debug("GET /b/k");
    LoggerFactory.getLogger("io.thins3.store.S3Store").debug("GET b k");
    LoggerFactory.getLogger("software.amazon.awssdk.auth.signer").debug("a session token");
    LoggerFactory.getLogger("org.apache.http.headers").debug("Authorization: x");
    LoggerFactory.getLogger("io.thins3.fuse.X").debug("quiet");
    assertThat(text()).contains("GET /b/k", "GET b k").hasLineCount(2);
  }

  @Test
  void start_debugFuse_showsRequestsWhateverTheLevel() throws Exception {
    Logging.start(settings(LogLevel.ERROR, null, true, false), out);
    LoggerFactory.getLogger("io.thins3.fuse.libfuse.X").debug("LOOKUP");
    LoggerFactory.getLogger("io.thins3.fs.X").debug("quiet");
    assertThat(text()).endsWith(" DEBUG fuse.libfuse LOOKUP\n").hasLineCount(1);
  }

  @Test
  void start_again_leavesStandardOutputOpen() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    ByteArrayOutputStream standard =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    Logging.start(LogSettings.DEFAULT, standard);
    Logging.start(LogSettings.DEFAULT, out);
    assertThat(closed).isFalse();
  }

  @Test
  void start_file_isMadeWithItsDirectory(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("state/thins3/mnt.log");
    Logging.start(settings(LogLevel.INFO, file, false, false), out);
    LoggerFactory.getLogger("io.thins3.fs.X").info("hello");
    assertThat(Files.readString(file)).endsWith(" INFO  fs hello\n");
    assertThat(text()).isEmpty();
  }

  @Test
  void start_fileThatCannotBeWritten_namesItAndTheOption(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("plain")).resolve("x.log");
    assertThatThrownBy(() -> Logging.start(settings(LogLevel.INFO, file, false, false), out))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("the log file " + file + " cannot be written (")
        .hasMessageEndingWith("); name another with --log-file");
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static LogSettings settings(
      LogLevel level, @Nullable Path file, boolean debugFuse, boolean debugS3) {
    return new LogSettings(level, file, debugFuse, debugS3);
  }
}
