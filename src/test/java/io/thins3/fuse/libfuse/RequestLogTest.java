package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.LogLevel;
import io.thins3.config.LogSettings;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.ops.Logging;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code --debug_fuse} shows, through the log of the process. */
class RequestLogTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String logged(boolean debug, RequestLog.Subject subject, Guard.Body body, int result)
      throws Exception {
    Logging.start(new LogSettings(LogLevel.INFO, null, debug, false), out);
    assertThat(new RequestLog(debug).run("open", subject, body)).isEqualTo(result);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static int fail(Errno errno) throws FuseException {
    throw new FuseException(errno);
  }

  @AfterEach
  void restore() throws Exception {
    Logging.start(LogSettings.DEFAULT, System.out);
  }

  @Test
  void run_asked_oneEscapedLineWithResultAndTime() throws Exception {
    assertThat(logged(true, () -> "/a\nb", () -> 5, 5))
        .matches("\\S+ DEBUG fuse open /a\\\\nb: 5 in [0-9]+\\.[0-9]{3} ms\n");
  }

  @Test
  void run_failure_errorByName() throws Exception {
    assertThat(logged(true, () -> "/f", () -> fail(Errno.ENOENT), NativeErrno.answer(Errno.ENOENT)))
        .contains(" open /f: ENOENT in ");
  }

  @Test
  void run_subjectUnknown_requestRunsAndIsLogged() throws Exception {
    assertThat(logged(true, () -> "" + fail(Errno.EBADF), () -> 0, 0)).contains("EBADF", ": 0 in ");
  }

  @Test
  void run_notAsked_nothing() throws Exception {
    assertThat(logged(false, () -> "/f", () -> 0, 0)).isEmpty();
  }
}
