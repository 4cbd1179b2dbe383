package io.thins3.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount's control socket: a unix domain socket, in a directory that only the mount's user (and
 * root) may enter. One thread serves all connections and waits for none of them; commands run on
 * others. What a client sends or does not send costs nothing but its connection, of which there are
 * few, each with a deadline. Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
  /** How long a command may run before its connection is closed. */
  public static final Duration LONGEST_COMMAND = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

  /** How long a client may take for its line, and for taking the answer. */
  private static final Duration LINE = Duration.ofSeconds(5);

  private static final int MOST_CONNECTIONS = 32;
  private static final int MOST_COMMANDS = 4;
  private static final Duration ACCEPT_PAUSE = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(2);

  private final SocketFile file;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Map<String, ControlCommand> commands;
  private final Duration line;
  private final ControlMessages messages = new ControlMessages();
  private final List<ControlConnection> connections = new ArrayList<>(); // the server's thread
  private long acceptAgain = Long.MAX_VALUE; // the server's thread; MAX_VALUE: it is accepting
  private final ThreadPoolExecutor executor;
  private final Thread thread;
  private volatile boolean closed;

  private ControlServer(
      SocketFile file,
      ServerSocketChannel listener,
      Selector selector,
      Map<String, ControlCommand> commands,
      Duration line) {
    this.file = file;
    this.listener = listener;
    this.selector = selector;
    this.commands = Map.copyOf(commands);
    this.line = line;
    this.executor =
        new ThreadPoolExecutor(
            MOST_COMMANDS,
            MOST_COMMANDS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_CONNECTIONS),
            task -> daemon(task, "control-command"));
    executor.allowCoreThreadTimeOut(true);
    this.thread = daemon(this::serve, "control");
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Listens in the first of these directories that will do, which is made where it is missing. What
   * dead processes have left in it is removed.
   *
   * @param uid this process' user
   * @param device {@code major:minor} of the mount
   * @throws IOException when none will do; the message has the reasons
   */
  public static ControlServer start(
      List<Path> directories, int uid, String device, Map<String, ControlCommand> commands)
      throws IOException {
    return start(directories, uid, device, commands, LINE);
  }

  static ControlServer start(
      List<Path> directories,
      int uid,
      String device,
      Map<String, ControlCommand> commands,
      Duration line)
      throws IOException {
    List<String> reasons = new ArrayList<>();
    for (Path directory : directories) {
      try {
        ControlSockets.prepare(directory, uid);
        SocketFile.removeDead(directory);
        return listen(directory.resolve(ControlSockets.name(device)), commands, line);
      } catch (IOException | UnsupportedOperationException e) {
        reasons.add(directory + ": " + reason(e));
      }
    }
    throw new IOException(String.join("; ", reasons));
  }

  private static String reason(Exception e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  private static ControlServer listen(
      Path socket, Map<String, ControlCommand> commands, Duration line) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Selector selector = null;
    boolean started = false;
    SocketFile file = null;
    try {
      Path temporary = SocketFile.temporary(socket);
      listener.bind(UnixDomainSocketAddress.of(temporary), MOST_CONNECTIONS);
      file = SocketFile.publish(temporary, socket);
      listener.configureBlocking(false);
      selector = Selector.open();
      listener.register(selector, SelectionKey.OP_ACCEPT);
      ControlServer server = new ControlServer(file, listener, selector, commands, line);
      server.thread.start();
      started = true;
      return server;
    } finally {
      if (!started) {
        listener.close();
        if (selector != null) {
          selector.close();
        }
        if (file != null) {
          file.remove();
        }
      }
    }
  }

  /** Where it listens. */
  public Path socket() {
    return file.path();
  }

  private void serve() {
    try {
      while (!closed) {
        selector.select(this::ready, pauseMillis());
        long now = System.nanoTime();
        for (ControlConnection connection : List.copyOf(connections)) {
          guarded(
              connection,
              () -> {
                if (connection.isAnswered()) {
                  connection.writing(now + line.toNanos());
                } else if (connection.left(now) <= 0) {
                  drop(connection);
                }
              });
        }
        connections.removeIf(connection -> !connection.isOpen());
        if (acceptAgain != Long.MAX_VALUE && now - acceptAgain >= 0) {
          acceptAgain = Long.MAX_VALUE;
          listener.keyFor(selector).interestOps(SelectionKey.OP_ACCEPT);
        }
      }
    } catch (IOException | RuntimeException e) {
      log.error("The control socket {} has failed; the mount goes on without it", file.path(), e);
    } finally {
      end();
    }
  }

  /** Until the next deadline; 0 is for ever. */
  private long pauseMillis() {
    long now = System.nanoTime();
    LongStream deadlines = connections.stream().mapToLong(connection -> connection.left(now));
    if (acceptAgain != Long.MAX_VALUE) {
      deadlines = LongStream.concat(deadlines, LongStream.of(acceptAgain - now));
    }
    return deadlines.map(left -> Math.max(1, left / 1_000_000 + 1)).min().orElse(0);
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept(key);
    } else if (key.attachment() instanceof ControlConnection connection) {
      guarded(
          connection,
          () -> {
            if (key.isReadable()) {
              read(connection);
            } else if (key.isWritable()) {
              connection.write();
            }
          });
    }
  }

  private void accept(SelectionKey key) {
    try {
      SocketChannel channel = listener.accept();
      if (channel == null) {
        return;
      }
      if (connections.size() >= MOST_CONNECTIONS) {
        channel.close();
        return;
      }
      channel.configureBlocking(false);
      SelectionKey reading = channel.register(selector, SelectionKey.OP_READ);
      ControlConnection connection =
          new ControlConnection(channel, reading, System.nanoTime() + line.toNanos());
      reading.attach(connection);
      connections.add(connection);
    } catch (IOException e) {
      log.warn("The control socket cannot take a connection: {}", e.toString());
      // No descriptor is free, and the next try would fail at once.
      key.interestOps(0);
      acceptAgain = System.nanoTime() + ACCEPT_PAUSE.toNanos();
    }
  }

  private void read(ControlConnection connection) throws IOException {
    byte[] request;
    try {
      request = connection.read();
    } catch (ControlException e) {
      connection.answer(messages.error(String.valueOf(e.getMessage())));
      connection.running(System.nanoTime());
      return;
    }
    if (request == null) {
      return;
    }
    connection.running(System.nanoTime() + LONGEST_COMMAND.toNanos());
    try {
      executor.execute(
          () -> {
            connection.answer(run(request));
            selector.wakeup();
          });
    } catch (RejectedExecutionException e) {
      connection.answer(messages.error("too many requests at once; try again"));
    }
  }

  private byte[] run(byte[] line) {
    String name = "?";
    try {
      ControlMessages.Request request = messages.request(line);
      name = request.command();
      ControlCommand command = commands.get(name);
      if (command == null) {
        throw new ControlException("this version has no command of that name");
      }
      ObjectNode result = messages.object();
      command.run(request.arguments()).forEach(result::put);
      return messages.result(result);
    } catch (ControlException e) {
      return messages.error(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return messages.error("the mount is ending");
    } catch (RuntimeException e) {
      log.error("The command {} has failed", name, e);
      return messages.error("internal error: " + e.getClass().getName() + "; see the mount's log");
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** A client that has gone is no news. */
  private void guarded(ControlConnection connection, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      log.debug("A connection to {} is closed", file.path(), e);
      connection.close();
    }
  }

  private void drop(ControlConnection connection) {
    log.debug("A connection to {} took too long and is closed", file.path());
    connection.close();
  }

  private void end() {
    connections.forEach(ControlConnection::close);
    try {
      listener.close();
      selector.close();
    } catch (IOException e) {
      log.debug("closing {}", file.path(), e);
    }
    file.remove();
  }

  /** Removes the socket and closes all connections. */
  @Override
  public void close() {
    closed = true;
    executor.shutdownNow();
    selector.wakeup();
    try {
      thread.join(END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
