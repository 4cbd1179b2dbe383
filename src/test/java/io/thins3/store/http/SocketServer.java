package io.thins3.store.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A server that does with each connection what a test says, byte by byte: what no real server does
 * on demand. A script that ends closes its connection.
 */
final class SocketServer implements Closeable {
  /** What happens to a connection. */
  @FunctionalInterface
  interface Script {
    void serve(Peer peer) throws IOException, InterruptedException;
  }

  /** The server's end of a connection. */
  static final class Peer {
    final int number;
    final Socket socket;
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
    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = in.read();
        if (b < 0) {
          return "";
        }
        head.append((char) b);
      }
      server.heads.add(head.toString());
      return head.toString();
    }

    byte[] body(int length) throws IOException {
      return in.readNBytes(length);
    }

    Peer send(String text) throws IOException {
      return send(text.getBytes(ISO_8859_1));
    }

    Peer send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** An answer with a body of its length. */
    Peer answer(String body) throws IOException {
      return send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Says nothing more, and keeps the connection until the test is over. */
    void stall() throws InterruptedException {
      server.end.await();
    }

    InputStream in() {
      return in;
    }

    OutputStream out() {
      return out;
    }
  }

  private final ServerSocket listener;
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  /** Heads of the requests so far. */
  final List<String> heads = new CopyOnWriteArrayList<>();

  private SocketServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    daemon(this::accept);
  }

  static SocketServer start(Script script) throws IOException {
    return start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
  }

  static SocketServer start(ServerSocket listener, Script script) {
    return new SocketServer(listener, script);
  }

  /** Answers every request on every connection with this. */
  static Script answering(String body) {
    return peer -> {
      while (!peer.head().isEmpty()) {
        peer.answer(body);
      }
    };
  }

  Origin origin() {
    return new Origin(false, "127.0.0.1", port());
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Connections so far. */
  int accepted() {
    return sockets.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        Peer peer = new Peer(this, socket, sockets.size());
        daemon(() -> serve(peer));
      } catch (IOException e) {
        // Closed: the test is over.
        return;
      }
    }
  }

  private void serve(Peer peer) {
    try {
      try {
        script.serve(peer);
      } finally {
        peer.socket.close();
      }
    } catch (IOException e) {
      // The client has closed its end, which many tests make it do.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "socket-server");
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
