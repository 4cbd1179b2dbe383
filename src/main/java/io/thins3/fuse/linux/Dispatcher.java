package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_batch_forget_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_forget_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_forget_one;
import io.thins3.fuse.linux.FuseProtocol.fuse_interrupt_in;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each request to what serves it.
 *
 * <ul>
 *   <li>FORGET, BATCH_FORGET and INTERRUPT are done at once; READ and WRITE are begun at once;
 *   <li>LOOKUP and GETATTR are answered at once when the file system knows the answer;
 *   <li>RELEASE and RELEASEDIR are answered at once, as nobody waits for what the file system does;
 *   <li>everything else, as it may wait for the store, is copied and goes to the executor.
 * </ul>
 *
 * <p>So a thread that calls {@link #handle} never waits for the store. Whatever goes wrong with one
 * request is the answer to that request. Thread-safe.
 */
final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final Connection connection;
  private final Map<Opcode, Operation> operations = new EnumMap<>(Opcode.class);
  private final NameOperations names;
  private final AttributeOperations attributes;
  private final FileOperations files;
  private final DirectoryOperations directories;
  private final DataOperations data;

  Dispatcher(Connection connection, Clock clock) {
    this.connection = connection;
    this.names = new NameOperations(connection);
    this.files = new FileOperations(connection);
    this.attributes = new AttributeOperations(connection, files, clock);
    this.directories = new DirectoryOperations(connection);
    this.data = new DataOperations(connection);
    names.addTo(operations);
    files.addTo(operations);
    attributes.addTo(operations);
    directories.addTo(operations);
    new XattrOperations(connection).addTo(operations);
  }

  /** From now on files cannot be opened any more. */
  void refuseOpens() {
    files.refuseOpens();
  }

  /**
   * Ends what is open; to be called when no more requests come. The file system ends it on other
   * threads, which {@link CallTable#awaitNone} waits for.
   */
  void releaseAll() {
    connection.files.releaseAll();
    connection.directories.releaseAll();
  }

  /**
   * Serves a request, or sees to it that it is served.
   *
   * @param buffer where the request lies
   * @return the buffer for the next request: the same, or another of the connection's pool when
   *     this one is needed on
   */
  NativeBuffer handle(Request request, NativeBuffer buffer) {
    if (!request.hasHeader()) {
      log.error("{} bytes are no request", request.bodyLength());
      return buffer;
    }
    Opcode opcode = Opcode.of(request.opcode());
    try {
      request.checkLength();
      if (opcode == null) {
        log.debug("opcode {} is not known", request.opcode());
        connection.sendError(request.unique(), Errno.ENOSYS.number());
        return buffer;
      }
      connection.statistics.countRequest(opcode);
      connection.requestLog.begun(opcode, request);
      if (!connection.options.callers().admit(opcode, request.uid())) {
        throw new FuseException(Errno.EACCES);
      }
      return handle(opcode, request, buffer);
    } catch (FuseException e) {
      fail(request, opcode, e.errno());
    } catch (MalformedRequest e) {
      fail(request, opcode, Errno.EINVAL);
      Connection.logMalformed(opcode, request.unique(), e);
    } catch (Throwable e) {
      fail(request, opcode, Errno.EIO);
      Connection.logAccident(opcode, request.nodeId(), e);
    }
    return buffer;
  }

  private void fail(Request request, @Nullable Opcode opcode, Errno errno) {
    if (opcode != Opcode.FORGET && opcode != Opcode.BATCH_FORGET) {
      connection.sendError(request.unique(), errno.number());
    }
  }

  private NativeBuffer handle(Opcode opcode, Request request, NativeBuffer buffer)
      throws FuseException, MalformedRequest {
    switch (opcode) {
      case READ -> data.read(request);
      case WRITE -> {
        return data.write(request, buffer);
      }
      case FORGET -> {
        request.require(fuse_forget_in.SIZE);
        connection.nodes.forget(request.nodeId(), request.getLong(fuse_forget_in.nlookup));
      }
      case BATCH_FORGET -> forget(request);
      case INTERRUPT -> interrupt(request);
      case LOOKUP -> {
        if (!names.lookupNow(request, new Call(connection, opcode, request.unique()))) {
          start(opcode, request);
        }
      }
      case GETATTR -> {
        if (!attributes.getattrNow(request, new Call(connection, opcode, request.unique()))) {
          start(opcode, request);
        }
      }
      case RELEASE -> files.release(request);
      case RELEASEDIR -> directories.release(request);
      case DESTROY -> connection.sendError(request.unique(), 0);
      default -> start(opcode, request);
    }
    return buffer;
  }

  private void start(Opcode opcode, Request request) {
    Operation operation = operations.get(opcode);
    if (operation == null) {
      connection.sendError(request.unique(), Errno.ENOSYS.number());
    } else {
      new SyncCall(connection, opcode, request.copy(), operation).start(kind(opcode, request));
    }
  }

  private SyncExecutor.Kind kind(Opcode opcode, Request request) {
    return switch (opcode) {
      case STATFS, ACCESS, OPENDIR, LSEEK -> SyncExecutor.Kind.LOCAL;
      case READDIR, READDIRPLUS -> SyncExecutor.Kind.LISTS;
      // close(2) of a file that was only read.
      case FLUSH -> files.writes(request) ? SyncExecutor.Kind.WAITS : SyncExecutor.Kind.LOCAL;
      default -> SyncExecutor.Kind.WAITS;
    };
  }

  private void forget(Request request) throws MalformedRequest {
    request.require(fuse_batch_forget_in.SIZE);
    int count = request.getInt(fuse_batch_forget_in.count);
    int room = (request.bodyLength() - fuse_batch_forget_in.SIZE) / fuse_forget_one.SIZE;
    if (Integer.compareUnsigned(count, room) > 0) {
      throw new MalformedRequest(count + " nodes, room for " + room);
    }
    for (int i = 0; i < count; i++) {
      int at = fuse_batch_forget_in.SIZE + i * fuse_forget_one.SIZE;
      connection.nodes.forget(
          request.getLong(at + fuse_forget_one.nodeid),
          request.getLong(at + fuse_forget_one.nlookup));
    }
  }

  /**
   * The kernel wants to be told nothing when the request was found. When it was not, it has not
   * come yet (another thread is about to take it) or was answered: EAGAIN makes the kernel send the
   * INTERRUPT again in the first case and has no effect in the second.
   */
  private void interrupt(Request request) throws MalformedRequest {
    request.require(fuse_interrupt_in.SIZE);
    TrackedCall call = connection.calls.find(request.getLong(fuse_interrupt_in.unique));
    if (call == null) {
      connection.sendError(request.unique(), Errno.EAGAIN.number());
    } else {
      call.interrupt();
    }
  }
}
