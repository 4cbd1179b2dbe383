package io.thins3.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy in front of a server that damages content on its way to the client: the last letter
 * of {@link #MARK}, wherever that is in an answer.
 */
public final class DamagingProxy implements AutoCloseable {
  /** What is damaged; its first letter is not in it again. */
  public static final String MARK = "@damage-me-here";

  /** What becomes of it. */
  public static final String DAMAGED = "@damage-me-herE";

  private static final byte[] BYTES = MARK.getBytes(StandardCharsets.US_ASCII);

  private final URI target;
  private final SocketServer server;
  private final AtomicInteger left = new AtomicInteger();

  /** Starts one, which damages nothing yet. */
  public DamagingProxy(URI target) throws IOException {
    this.target = target;
    this.server = SocketServer.start(this::serve);
  }

  /** Where it listens. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** Damages what comes next, so many times; then all is well. */
  public void damage(int times) {
    left.set(times);
  }

  private void serve(SocketServer.Peer client) throws IOException {
    try (Socket store = new Socket(target.getHost(), target.getPort())) {
      client.sendTo(store);
      InputStream in = store.getInputStream();
      byte[] piece = new byte[64 << 10];
      int matched = 0;
      for (int count = in.read(piece); count > 0; count = in.read(piece)) {
        for (int i = 0; i < count; i++) {
          matched = piece[i] == BYTES[matched] ? matched + 1 : piece[i] == BYTES[0] ? 1 : 0;
          if (matched == BYTES.length) {
            matched = 0;
            if (left.getAndUpdate(times -> Math.max(0, times - 1)) > 0) {
              piece[i] = (byte) DAMAGED.charAt(DAMAGED.length() - 1);
            }
          }
        }
        client.out().write(piece, 0, count);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
