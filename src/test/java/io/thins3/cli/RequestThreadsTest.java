package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.fs.ObjectFileSystem;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenFlags;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.CacheLimits;
import io.thins3.read.ReadEngine;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.Await;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Buckets of which one does not answer. */
class RequestThreadsTest {
  private static final Caller ROOT = new Caller(0, 0, 1);
  private static final Duration WAIT = Duration.ofMinutes(5);
  private static final int OPENS = 200;

  private final MemoryObjectStore hanging = new MemoryObjectStore();
  private final MemoryObjectStore sound = new MemoryObjectStore();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger hung = new AtomicInteger();
  private final RequestThreads first = new RequestThreads("hanging");
  private final RequestThreads second = new RequestThreads("sound");
  private final ExecutorService programs = Executors.newCachedThreadPool();
  private final ObjectFileSystem fs =
      new ObjectFileSystem(
          List.of(
              first.served(
                  Mounts.mount("/hanging", "", WAIT, WAIT, false, true), hanging, null, null, WAIT),
              second.served(
                  Mounts.mount("/sound", "", WAIT, WAIT, false, true), sound, null, null, WAIT)),
          Clock.systemUTC(),
          Ticker.systemTicker(),
          CacheLimits.ofBytes(16 << 20),
          new ReadEngine(
              new MemoryBudget(64 << 20, System::nanoTime, programs),
              (delay, action) -> programs.execute(action),
              System::nanoTime,
              WAIT),
          WAIT);

  @AfterEach
  void end() {
    answer.countDown();
    first.close();
    second.close();
    programs.shutdownNow();
  }

  private void hangOn(String requests) {
    hanging.setFault(
        request -> {
          if (request.startsWith(requests)) {
            hung.incrementAndGet();
            try {
              if (!answer.await(5, TimeUnit.MINUTES)) {
                throw MemoryObjectStore.failure(Kind.TIMEOUT, request);
              }
            } catch (InterruptedException e) {
              throw new StoreException(Kind.INTERRUPTED, request, 0, null, null, e);
            }
          }
        });
  }

  private Node find(String path) throws Exception {
    Node node = fs.root();
    for (String name : path.split("/", -1)) {
      Entry entry = fs.lookup(node, name, ROOT).entry();
      node = Objects.requireNonNull(entry, "no entry " + name).node();
    }
    return node;
  }

  private <T> T soon(Callable<T> operation) throws Exception {
    return programs.submit(operation).get(60, TimeUnit.SECONDS);
  }

  @Test
  void contentHangs_lookupsOfAllBucketsGoOn() throws Exception {
    sound.put("f", "sound");
    hanging.put("other", "x");
    for (int i = 0; i < OPENS; i++) {
      hanging.put("f" + i, "content");
    }
    hangOn("GET");
    List<Future<?>> opens = new ArrayList<>();
    for (int i = 0; i < OPENS; i++) {
      Node node = find("hanging/f" + i);
      opens.add(programs.submit(() -> fs.open(node, OpenFlags.O_RDONLY, ROOT)));
    }
    Await.until(
        "content takes what it may",
        Duration.ofSeconds(60),
        () -> hung.get() == RequestThreads.CONTENT);

    Node known = soon(() -> find("sound/f"));
    soon(() -> fs.open(known, OpenFlags.O_RDONLY, ROOT));
    assertThat(soon(() -> find("hanging/other"))).isNotNull();
    assertThat(hung).as("the others wait").hasValue(RequestThreads.CONTENT);

    answer.countDown();
    for (Future<?> open : opens) {
      open.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void lookupsHang_anotherBucketGoesOn() throws Exception {
    sound.put("f", "sound");
    hangOn(""); // a listing would answer the rest of the names
    for (int i = 0; i < OPENS; i++) {
      String name = "hanging/f" + i;
      var unused = programs.submit(() -> find(name));
    }
    Await.until(
        "lookups take what they may",
        Duration.ofSeconds(60),
        () -> hung.get() >= RequestThreads.METADATA / 2);

    Node known = soon(() -> find("sound/f"));
    soon(() -> fs.open(known, OpenFlags.O_RDONLY, ROOT));
  }
}
