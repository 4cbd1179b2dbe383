package io.thins3.bench.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that costs next to nothing beside the client under measurement: a thread a connection,
 * no copy of a body, nothing checked. A GET with a Range gets zeros of that length, a GET without
 * one the listing, a PUT is read and thrown away. Its CPU time is in the benchmark's process.
 */
final class LocalServer implements AutoCloseable {
  private static final Charset ASCII = StandardCharsets.US_ASCII;
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");
  private static final Pattern RANGE = Pattern.compile("\r\nrange: *bytes=(\\d+)-(\\d+)");

  private final ServerSocketChannel listener;
  private final byte[] listing;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);

  LocalServer(byte[] listing) throws IOException {
    this.listing = listing;
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    daemon(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort());
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The client has closed its connection, or the benchmark is over.
                return;
              }
            },
            "local server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (listener.isOpen()) {
      SocketChannel connection = listener.accept();
      daemon(() -> serve(connection));
    }
  }

  private void serve(SocketChannel connection) throws IOException {
    try (connection) {
      ByteBuffer in = ByteBuffer.allocateDirect(1 << 20);
      while (true) {
        String head = readHead(connection, in);
        if (head.isEmpty()) {
          return;
        }
        if (head.contains("\r\nexpect: 100-continue")) {
          write(connection, ASCII.encode("HTTP/1.1 100 Continue\r\n\r\n"));
        }
        drain(connection, in, number(LENGTH, head, 1, 0));
        answer(connection, head);
      }
    }
  }

  /** Leaves what follows the head in the buffer, ready to be read. */
  private static String readHead(SocketChannel connection, ByteBuffer in) throws IOException {
    in.clear();
    while (true) {
      if (connection.read(in) < 0) {
        return "";
      }
      String text = StandardCharsets.ISO_8859_1.decode(in.duplicate().flip()).toString();
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        in.flip().position(end + 4);
        return text.substring(0, end).toLowerCase(Locale.ROOT);
      }
    }
  }

  private static void drain(SocketChannel connection, ByteBuffer in, long length)
      throws IOException {
    long left = length - in.remaining();
    while (left > 0) {
      int count = connection.read(in.clear());
      if (count < 0) {
        return;
      }
      left -= count;
    }
  }

  private void answer(SocketChannel connection, String head) throws IOException {
    if (head.startsWith("put")) {
      write(connection, head("200 OK", 0, ""));
    } else if (head.contains("\r\nrange:")) {
      long first = number(RANGE, head, 1, 0);
      long last = number(RANGE, head, 2, 0);
      String range = "Content-Range: bytes %d-%d/1099511627776\r\n".formatted(first, last);
      write(connection, head("206 Partial Content", last - first + 1, range));
      for (long left = last - first + 1; left > 0; left -= zeros.capacity()) {
        write(connection, zeros.duplicate().limit((int) Math.min(left, zeros.capacity())));
      }
    } else {
      write(connection, head("200 OK", listing.length, "Content-Type: application/xml\r\n"));
      write(connection, ByteBuffer.wrap(listing));
    }
  }

  private static ByteBuffer head(String status, long length, String more) {
    return ByteBuffer.wrap(
        """
        HTTP/1.1 %s
        Content-Length: %d
        ETag: "d41d8cd98f00b204e9800998ecf8427e"
        Last-Modified: Mon, 23 Nov 2026 09:00:00 GMT
        """
            .formatted(status, length)
            .replace("\n", "\r\n")
            .concat(more + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void write(SocketChannel connection, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  private static long number(Pattern pattern, String head, int group, long otherwise) {
    Matcher matcher = pattern.matcher(head);
    return matcher.find() ? Long.parseLong(matcher.group(group)) : otherwise;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
