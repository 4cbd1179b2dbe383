package io.thins3.bench.server;

import io.thins3.bench.result.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on the loopback interface before a plain-http S3 server. It counts requests and
 * bytes, and hands every byte on late: half of the added round trip in each direction. Bandwidth is
 * not limited. Opening a connection is not delayed.
 *
 * <p>Two threads a connection, four with a delay: clients open tens of connections, not thousands.
 */
public final class Proxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;
  private static final long ACCEPT_AGAIN_NANOS = 50_000_000;

  private final ServerSocketChannel listener;
  private final InetSocketAddress server;
  private final long oneWayNanos;
  private final TrafficCounter counter = new TrafficCounter();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  private Proxy(ServerSocketChannel listener, InetSocketAddress server, long oneWayNanos) {
    this.listener = listener;
    this.server = server;
    this.oneWayNanos = oneWayNanos;
  }

  /**
   * Starts a proxy on a free port.
   *
   * @param endpoint of the server, http
   * @param roundTrip that is added, 0 for none
   */
  public static Proxy start(URI endpoint, Duration roundTrip) throws IOException {
    int port = endpoint.getPort() < 0 ? 80 : endpoint.getPort();
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    Proxy proxy =
        new Proxy(
            listener, new InetSocketAddress(endpoint.getHost(), port), roundTrip.toNanos() / 2);
    daemon("proxy", proxy::accept).start();
    return proxy;
  }

  /** The address to give to clients. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort());
  }

  /** What has passed so far. */
  public Traffic traffic() {
    return counter.snapshot();
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static Thread daemon(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // A connection that ends early is the peers' affair: both sides see it closed.
                return;
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    return thread;
  }

  /** A failure is one client's: descriptors may have run out, and come back when others close. */
  private void accept() {
    boolean told = false;
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        daemon("proxy connection", () -> connect(client)).start();
      } catch (IOException e) {
        if (listener.isOpen()) {
          if (!told) {
            System.err.println("bench: the proxy cannot take a connection, and tries again: " + e);
          }
          told = true;
          LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
        }
      }
    }
  }

  private void connect(SocketChannel client) throws IOException {
    Connection connection = new Connection(client, SocketChannel.open());
    open.add(connection);
    boolean running = false;
    try {
      connection.store.socket().connect(server, CONNECT_MILLIS);
      connection.start();
      running = listener.isOpen();
    } finally {
      if (!running) {
        connection.close();
      }
    }
  }

  /** Both sockets and the threads between them; one end takes all of it down. */
  private final class Connection {
    private final SocketChannel client;
    private final SocketChannel store;
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    Connection(SocketChannel client, SocketChannel store) {
      this.client = client;
      this.store = store;
    }

    synchronized void start() throws IOException {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      store.setOption(StandardSocketOptions.TCP_NODELAY, true);
      RequestReader requests = new RequestReader(counter::request);
      Pipe upstream = new Pipe(client, store, oneWayNanos, requests::accept, counter::bytesToStore);
      Pipe downstream = new Pipe(store, client, oneWayNanos, bytes -> {}, counter::bytesFromStore);
      for (Pipe pipe : new Pipe[] {upstream, downstream}) {
        boolean answers = pipe == downstream;
        threads.add(daemon("proxy reader", () -> guard(pipe::read, answers)));
        if (pipe.delays()) {
          threads.add(daemon("proxy writer", () -> guard(pipe::deliver, answers)));
        }
      }
      threads.forEach(Thread::start);
    }

    /**
     * Runs one side of a pipe. A failure closes both sockets; so does the delivered end of the
     * answers, because no client of ours goes on after it.
     */
    private void guard(Task task, boolean answers) throws IOException, InterruptedException {
      boolean failed = true;
      try {
        task.run();
        failed = false;
      } finally {
        if (failed || (answers && client.socket().isOutputShutdown())) {
          close();
        }
      }
    }

    synchronized void close() throws IOException {
      if (!closed) {
        closed = true;
        open.remove(this);
        try (client) {
          store.close();
        }
        threads.forEach(Thread::interrupt);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Connection connection : open) {
      connection.close();
    }
  }
}
