package io.thins3.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestReaderTest {
  /** A body that looks like a request must not be counted. */
  private static final String CONNECTION =
      String.join(
          "\r\n",
          "GET /b/k HTTP/1.1",
          "Host: h",
          "",
          "PUT /b/k HTTP/1.1",
          "Content-Length: 28",
          "",
          "GET /b/hidden HTTP/1.1",
          "",
          "",
          "PUT /b/c HTTP/1.1",
          "transfer-encoding: chunked",
          "",
          "1a;name=value",
          "GET /b/hidden HTTP/1.1",
          "",
          "",
          "3",
          "abc",
          "0",
          "",
          "PUT /b/t HTTP/1.1",
          "Transfer-Encoding: chunked",
          "",
          "1",
          "x",
          "0",
          "x-amz-checksum-crc32: AAAAAA==",
          "",
          "PUT /b/n HTTP/1.1",
          "X-Amz-Copy-Source: /b/k",
          "Content-Length: 0",
          "",
          "GET /b?list-type=2&prefix= HTTP/1.1",
          "",
          "");

  private static final List<RequestKind> EXPECTED =
      List.of(
          RequestKind.GET,
          RequestKind.PUT,
          RequestKind.PUT,
          RequestKind.PUT,
          RequestKind.COPY,
          RequestKind.LIST);

  private static List<RequestKind> read(String text, int pieceSize) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    List<RequestKind> kinds = new ArrayList<>();
    RequestReader reader = new RequestReader(kinds::add);
    for (int i = 0; i < bytes.length; i += pieceSize) {
      reader.accept(ByteBuffer.wrap(bytes, i, Math.min(pieceSize, bytes.length - i)));
    }
    return kinds;
  }

  @Test
  void accept_piecesOfEverySize_findsTheSameRequests() {
    for (int size = 1; size <= CONNECTION.length(); size++) {
      assertThat(read(CONNECTION, size)).as("pieces of %d bytes", size).isEqualTo(EXPECTED);
    }
  }

  @Test
  void accept_notHttp_countsNothing() {
    assertThat(read("\u0016\u0003\u0001hello\r\n\r\nGET /b/k HTTP/1.1\r\n\r\n", 7)).isEmpty();
  }

  @Test
  void accept_bytes_leavesTheBufferAsItWas() {
    ByteBuffer buffer =
        ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    new RequestReader(kind -> {}).accept(buffer);

    assertThat(buffer.position()).isZero();
    assertThat(buffer.remaining()).isEqualTo(18);
  }
}
