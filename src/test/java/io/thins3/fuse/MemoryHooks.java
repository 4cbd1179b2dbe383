package io.thins3.fuse;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a test runs before the operations of a {@link MemoryFileSystem}, and how many there were.
 */
final class MemoryHooks {
  private final Map<String, MemoryFileSystem.Hook> hooks = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();

  void put(String operation, MemoryFileSystem.Hook hook) {
    hooks.put(operation, hook);
  }

  void remove(String operation) {
    hooks.remove(operation);
  }

  long calls(String operation) {
    LongAdder count = calls.get(operation);
    return count == null ? 0 : count.sum();
  }

  void count(String operation) {
    calls.computeIfAbsent(operation, o -> new LongAdder()).increment();
  }

  /** Counts an operation and lets the test disturb it. */
  void enter(String operation, String name) throws FuseException {
    count(operation);
    MemoryFileSystem.Hook hook = hooks.get(operation);
    if (hook == null) {
      return;
    }
    try {
      hook.run(name);
    } catch (FuseException | RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      throw new FuseException(Errno.EINTR);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
