package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.LogLevel;
import io.thins3.config.LogSettings;
import io.thins3.fuse.Node;
import io.thins3.ops.Logging;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code --debug_fuse} shows, through the log of the process. */
class RequestLogTest {
  private static final Node ROOT =
      new Node() {
        @Override
        public String toString() {
          return "/dir";
        }
      };

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final NodeTable nodes = new NodeTable(ROOT, node -> {});

  private RequestLog requestLog(boolean enabled) throws Exception {
    Logging.start(new LogSettings(LogLevel.INFO, null, enabled, false), out);
    return new RequestLog(enabled, nodes);
  }

  private static Request request(Requests requests) {
    byte[] bytes = requests.build();
    java.nio.ByteBuffer buffer =
        java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.nativeOrder());
    Request request = new Request(buffer);
    request.attach(buffer, bytes.length);
    return request;
  }

  private String logged() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @AfterEach
  void restore() throws Exception {
    Logging.start(LogSettings.DEFAULT, System.out);
  }

  @Test
  void answered_success_oneEscapedLineWithPathAndTime() throws Exception {
    RequestLog log = requestLog(true);
    log.begun(Opcode.LOOKUP, request(Requests.of(Opcode.LOOKUP, 2, 1).name("a\nb")));
    assertThat(logged()).isEmpty();
    log.answered(2, 0, 128);
    assertThat(logged())
        .matches("\\S+ DEBUG fuse lookup /dir/a\\\\nb: 0 in [0-9]+\\.[0-9]{3} ms\n");
  }

  @Test
  void answered_error_byName() throws Exception {
    RequestLog log = requestLog(true);
    log.begun(Opcode.GETATTR, request(Requests.of(Opcode.GETATTR, 4, 1)));
    log.answered(4, 116, 0);
    assertThat(logged()).contains("getattr /dir: ESTALE in ");
  }

  @Test
  void answered_absentName_enoentThoughNoErrorIsSent() throws Exception {
    RequestLog log = requestLog(true);
    log.begun(Opcode.LOOKUP, request(Requests.of(Opcode.LOOKUP, 2, 1).name("none")));
    log.absent(2);
    log.answered(2, 0, 128);
    assertThat(logged()).contains("lookup /dir/none: ENOENT in ");
  }

  @Test
  void answered_read_rangeAndBytes() throws Exception {
    RequestLog log = requestLog(true);
    log.begun(
        Opcode.READ,
        request(Requests.of(Opcode.READ, 6, 9).longs(1, 4096).ints(131_072, 0).longs(0, 0)));
    log.answered(6, 0, 6);
    assertThat(logged()).contains("read node 9 131072 bytes at 4096: 6 in ");
  }

  @Test
  void begun_malformed_loggedAllTheSame() throws Exception {
    RequestLog log = requestLog(true);
    log.begun(Opcode.READ, request(Requests.of(Opcode.READ, 6, 1)));
    log.answered(6, 22, 0);
    assertThat(logged()).contains("read /dir (", "EINVAL");
  }

  @Test
  void begun_neverAnswered_loggedAtOnce() throws Exception {
    RequestLog log = requestLog(true);
    log.begun(Opcode.FORGET, request(Requests.of(Opcode.FORGET, 8, 1).longs(3)));
    log.begun(Opcode.INTERRUPT, request(Requests.of(Opcode.INTERRUPT, 9, 0).longs(8)));
    assertThat(logged()).contains("forget /dir 3 lookups", "interrupt of request 8");
  }

  @Test
  void notAsked_nothing() throws Exception {
    RequestLog log = requestLog(false);
    log.begun(Opcode.GETATTR, request(Requests.of(Opcode.GETATTR, 4, 1)));
    log.answered(4, 0, 0);
    log.summary(new RequestStatistics());
    assertThat(logged()).isEmpty();
  }

  @Test
  void summary_requestsBySize_largestFirst() throws Exception {
    RequestStatistics statistics = new RequestStatistics();
    statistics.countRequest(Opcode.LOOKUP);
    for (int size : new int[] {1 << 20, 100_000, 1 << 20, 1}) {
      statistics.countRequest(Opcode.READ);
      statistics.countRead(size);
    }
    requestLog(true).summary(statistics);
    assertThat(logged()).contains("requests: LOOKUP 1, READ 4 (1024 KiB: 2, 128 KiB: 1, 1 B: 1)");
  }
}
