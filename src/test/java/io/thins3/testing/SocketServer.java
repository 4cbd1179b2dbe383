package io.thins3.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.thins3.store.http.Origin;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server that does with each connection what a test says, byte by byte: what no real server does
 * on demand. A script that ends closes its connection.
 */
public final class SocketServer implements Closeable {
  /** What happens to a connection. */
  @FunctionalInterface
  public interface Script {
    /** Serves one connection. */
    void serve(Peer peer) throws IOException, InterruptedException;
  }

  /** The server's end of a connection. */
  public static final class Peer {
    /** From 1 on. */
    public final int number;

    /** The socket itself. */
    public final Socket socket;

    private final SocketServer server;
    private final InputStream in;
    private final OutputStream out;

    Peer(SocketServer server, Socket socket, int number) throws IOException {
      this.server = server;
      this.number = number;
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
    }

    /** Reads a request's head; "" at the end of the connection. */
    public String head() throws IOException {
      String head = SocketServer.head(in);
      if (!head.isEmpty()) {
        server.heads.add(head);
      }
      return head;
    }

    /** Passes on what the client sends from now on, on another thread. */
    public void sendTo(Socket other) {
      daemon(
          () -> {
            try {
              in.transferTo(other.getOutputStream());
              other.shutdownOutput();
            } catch (IOException e) {
              other.close(); // so that what waits for its answer ends, too
            }
          });
    }

    /** Waits for so long, unless the test is over before. */
    public void pause(Duration duration) throws InterruptedException, IOException {
      if (server.end.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the test is over");
      }
    }

    /** Reads so much of a body. */
    public byte[] body(int length) throws IOException {
      return in.readNBytes(length);
    }

    /** Sends a text. */
    public Peer send(String text) throws IOException {
      return send(text.getBytes(ISO_8859_1));
    }

    /** Sends bytes. */
    public Peer send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** An answer with a body of its length. */
    public Peer answer(String body) throws IOException {
      return send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Says nothing more, and keeps the connection until the test is over. */
    public void stall() throws InterruptedException {
      server.end.await();
    }

    /** What the client sends. */
    public InputStream in() {
      return in;
    }

    /** What the client gets. */
    public OutputStream out() {
      return out;
    }
  }

  private final ServerSocket listener;
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  /** Heads of the requests so far. */
  public final List<String> heads = new CopyOnWriteArrayList<>();

  private SocketServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    daemon(this::accept);
  }

  /** Starts one on a port of its own. */
  public static SocketServer start(Script script) throws IOException {
    return start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
  }

  /** Starts one that listens there. */
  public static SocketServer start(ServerSocket listener, Script script) {
    return new SocketServer(listener, script);
  }

  /** Reads a head up to its empty line; "" when the stream ends before. */
  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** Answers every request on every connection with this. */
  public static Script answering(String body) {
    return peer -> {
      while (!peer.head().isEmpty()) {
        peer.answer(body);
      }
    };
  }

  /** Where it listens, for the HTTP client. */
  public Origin origin() {
    return new Origin(false, "127.0.0.1", port());
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** The port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Connections so far. */
  public int accepted() {
    return sockets.size();
  }

  private interface Task {
    void run() throws IOException;
  }

  private void accept() throws IOException {
    while (true) {
      Socket socket = listener.accept();
      sockets.add(socket);
      Peer peer = new Peer(this, socket, sockets.size());
      daemon(() -> serve(peer));
    }
  }

  private void serve(Peer peer) throws IOException {
    try (peer.socket) {
      script.serve(peer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // One side is closed, which tests do on purpose, or the test is over.
                return;
              }
            },
            "socket-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("the server's script failed", failures.get(0));
    }
  }
}
