package io.thins3.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy in front of a server that does what networks do: cuts connections, lets them stall,
 * refuses new ones, and delays answers. Faults hit the bytes that go to the client.
 *
 * <p>A delay is one of time, not of bandwidth: each piece of an answer arrives that much later.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  /** Pieces under way in a delayed connection. */
  private static final int UNDER_WAY = 1024;

  private enum Effect {
    NONE,
    CUT,
    STALL
  }

  private final String targetHost;
  private final int targetPort;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final int port;

  /** Guarded by this. */
  private ServerSocket listener;

  private Thread acceptor;
  private Effect effect = Effect.NONE;
  private long effectAfter;
  private int effectTimes;

  private volatile Duration delay = Duration.ZERO;
  private volatile boolean closed;

  private FaultProxy(URI target) throws IOException {
    this.targetHost = target.getHost();
    this.targetPort = target.getPort();
    this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    this.port = listener.getLocalPort();
    this.acceptor = accept(listener);
  }

  /** Starts one in front of an endpoint with a port. */
  public static FaultProxy inFrontOf(URI target) {
    try {
      return new FaultProxy(target);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Connections that came so far. */
  public int accepted() {
    return accepted.get();
  }

  /**
   * Cuts connections once so many more bytes have gone through one of them to the client.
   *
   * @param times how many connections are cut; then all is well again
   */
  public void cutAfter(long bytes, int times) {
    arm(Effect.CUT, bytes, times);
  }

  /** Lets connections stall once so many more bytes have gone through, until {@link #heal}. */
  public void stallAfter(long bytes, int times) {
    arm(Effect.STALL, bytes, times);
  }

  private synchronized void arm(Effect armed, long bytes, int times) {
    effect = armed;
    effectAfter = bytes;
    effectTimes = times;
    links.forEach(link -> link.passed = 0);
  }

  /** Delivers every piece of an answer that much later. */
  public void delay(Duration delay) {
    this.delay = delay;
  }

  /** Refuses new connections and cuts the others. */
  public synchronized void refuse() throws IOException {
    listener.close();
    try {
      // The port listens until the thread in accept() has noticed.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cutAll();
  }

  /** Takes connections again, on the same port. */
  public synchronized void acceptAgain() throws IOException {
    listener = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    acceptor = accept(listener);
  }

  /** Cuts all connections now. */
  public void cutAll() {
    links.forEach(Link::cut);
  }

  /** No further faults; connections that stall are cut, as a network that comes back does. */
  public synchronized void heal() {
    effect = Effect.NONE;
    effectTimes = 0;
    delay = Duration.ZERO;
    links.stream().filter(link -> link.stalled).forEach(Link::cut);
  }

  /** What happens to the next bytes, and how many of them still pass. */
  private record Verdict(Effect effect, int length) {}

  private synchronized Verdict judge(Link link, int length) {
    link.passed += length;
    if (effect == Effect.NONE || link.passed < effectAfter) {
      return new Verdict(Effect.NONE, length);
    }
    Verdict verdict = new Verdict(effect, (int) (effectAfter - (link.passed - length)));
    if (--effectTimes <= 0) {
      effect = Effect.NONE;
    }
    // The next to be hit has its bytes counted from here.
    links.forEach(other -> other.passed = 0);
    return verdict;
  }

  private Thread accept(ServerSocket socket) {
    return thread(
        "accept",
        () -> {
          while (!closed) {
            try {
              Socket client = socket.accept();
              accepted.incrementAndGet();
              new Link(client).start();
            } catch (IOException e) {
              // Closed, or the target refuses: the client sees the connection end.
              if (socket.isClosed()) {
                return;
              }
            }
          }
        });
  }

  private static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, "fault-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    closed = true;
    try {
      refuse();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A piece of an answer; an empty one is the end. */
  private static final class Piece {
    final long due;
    final byte[] bytes;

    Piece(long due, byte[] bytes) {
      this.due = due;
      this.bytes = bytes;
    }

    void awaitDue() {
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
    }
  }

  private final class Link {
    private final Socket client;
    private final BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(UNDER_WAY);
    private final List<Socket> sockets = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stalled;

    /** Bytes to the client since a fault was armed; guarded by the proxy. */
    private long passed;

    Link(Socket client) {
      this.client = client;
    }

    void start() throws IOException {
      sockets.add(client);
      Socket server;
      try {
        server = new Socket(targetHost, targetPort);
      } catch (IOException e) {
        client.close();
        throw e;
      }
      sockets.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      links.add(this);
      if (closed) {
        cut();
      }
      InputStream up = client.getInputStream();
      OutputStream toServer = server.getOutputStream();
      InputStream down = server.getInputStream();
      OutputStream toClient = client.getOutputStream();
      thread("up", () -> orCut(() -> send(up, toServer, server)));
      thread("down", () -> orCut(() -> receive(down)));
      thread("deliver", () -> orCut(() -> deliver(toClient)));
    }

    private void send(InputStream up, OutputStream toServer, Socket server) throws IOException {
      up.transferTo(toServer);
      if (stalled) {
        cut();
      } else {
        // The server may still be answering.
        server.shutdownOutput();
      }
    }

    private void receive(InputStream down) throws IOException, InterruptedException {
      byte[] buffer = new byte[PIECE];
      try {
        int read;
        Verdict verdict = new Verdict(Effect.NONE, 0);
        while (verdict.effect != Effect.CUT && (read = down.read(buffer)) > 0) {
          verdict = judge(this, read);
          if (verdict.length > 0) {
            underWay.put(piece(Arrays.copyOf(buffer, verdict.length)));
          }
          if (verdict.effect == Effect.STALL) {
            stalled = true;
            // Nothing more is read, so the server's window fills as on a dead path.
            ended.await();
          }
        }
      } finally {
        // What is under way is delivered before the end.
        underWay.put(piece(new byte[0]));
      }
    }

    private Piece piece(byte[] bytes) {
      return new Piece(System.nanoTime() + delay.toNanos(), bytes);
    }

    private void deliver(OutputStream toClient) throws IOException, InterruptedException {
      for (Piece piece = underWay.take(); piece.bytes.length > 0; piece = underWay.take()) {
        piece.awaitDue();
        toClient.write(piece.bytes);
      }
      cut();
    }

    private interface Io {
      void run() throws IOException, InterruptedException;
    }

    private void orCut(Io io) {
      try {
        io.run();
      } catch (IOException e) {
        // One side went away: so does the other.
        cut();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        cut();
      }
    }

    void cut() {
      links.remove(this);
      ended.countDown();
      for (Socket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new IllegalStateException("closing a socket", e);
        }
      }
    }
  }
}
