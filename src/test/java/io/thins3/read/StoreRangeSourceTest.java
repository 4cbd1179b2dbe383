package io.thins3.read;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Reservation;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.Await;
import io.thins3.testing.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine on an object store, with threads. */
class StoreRangeSourceTest {
  private static final int MIB = 1 << 20;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final ExecutorService requests = Executors.newFixedThreadPool(8);
  private final StoreRangeSource source = source(requests);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final MemoryBudget budget = new MemoryBudget(4 * MIB, System::nanoTime, timer);
  private final ReadEngine engine = new ReadEngine(budget, this::after, System::nanoTime, LONG);

  @AfterEach
  void everyPageIsBack() throws Exception {
    engine.close();
    Await.until(
        "all pages are back", Duration.ofSeconds(30), () -> budget.counts().reserved() == 0);
    requests.shutdown();
    timer.shutdown();
    assertThat(requests.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private void after(Duration delay, Runnable action) {
    var unused = timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private byte[] put(String key, int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    store.put(key, content);
    return content;
  }

  private ObjectReader open(String key, int size) throws StoreException {
    return open(key, size, requests);
  }

  private ObjectReader open(String key, int size, ExecutorService executor) throws StoreException {
    String etag = store.head(key).orElseThrow().etag();
    store.takeRequests();
    return engine.open(source(executor), new ObjectVersion(key, etag, size));
  }

  private StoreRangeSource source(Executor executor) {
    return new StoreRangeSource(
        store, executor, true, Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  private static CompletableFuture<byte[]> read(ObjectReader reader, long offset, int length) {
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    reader.read(offset, length, into(result));
    return result;
  }

  private static ReadCompletion into(CompletableFuture<byte[]> result) {
    return new ReadCompletion() {
      @Override
      public void data(List<ByteBuffer> buffers) {
        ByteBuffer all =
            ByteBuffer.allocate(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        buffers.forEach(buffer -> all.put(buffer.duplicate()));
        assertThat(result.complete(all.array())).as("answered once").isTrue();
      }

      @Override
      public void failed(StoreException failure) {
        assertThat(result.completeExceptionally(failure)).as("answered once").isTrue();
      }
    };
  }

  private static byte[] part(byte[] content, long offset, int length) {
    int from = (int) Math.min(offset, content.length);
    return Arrays.copyOfRange(content, from, (int) Math.min(from + (long) length, content.length));
  }

  @Test
  void read_wholeFile_asksInGrowingRanges() throws Exception {
    int size = 3 * MIB + 5;
    byte[] content = put("k", size);
    try (ObjectReader reader = open("k", size)) {
      reader.start().get(30, TimeUnit.SECONDS);
      for (int offset = 0; offset < size; offset += 128 << 10) {
        assertThat(read(reader, offset, 128 << 10).get(30, TimeUnit.SECONDS))
            .isEqualTo(part(content, offset, 128 << 10));
      }
    }
    assertThat(store.requests())
        .doesNotHaveDuplicates()
        .contains("HEAD k checksum")
        .filteredOn(request -> request.startsWith("GET"))
        .startsWith("GET k 0-131071", "GET k 131072-1179647", "GET k 1179648-2228223");
  }

  @Test
  void read_objectReplaced_failsAndNeverMixes() throws Exception {
    put("k", 3 * MIB);
    try (ObjectReader reader = open("k", 3 * MIB)) {
      reader.start().get(30, TimeUnit.SECONDS);
      put("k", 3 * MIB);
      assertThat(read(reader, 2 * MIB, 4096))
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PRECONDITION_FAILED));
    }
  }

  @Test
  void read_executorShutDown_fails() throws Exception {
    put("k", 1000);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.shutdown();
    try (ObjectReader reader = open("k", 1000, pool)) {
      assertThat(read(reader, 0, 1000)).isCompletedExceptionally();
    }
  }

  /** Counts the calls of a GET's sink. */
  private static final class Ends implements RangeSource.Sink {
    final List<String> calls = new ArrayList<>();

    @Override
    public void begun() {
      calls.add("begun");
    }

    @Override
    public void opened() {
      calls.add("opened");
    }

    @Override
    public ByteBuffer region() {
      return ByteBuffer.allocate(10);
    }

    @Override
    public void advanced(int bytes) {
      calls.add("advanced " + bytes);
    }

    @Override
    public void finished() {
      calls.add("finished");
    }

    @Override
    public void broken(StoreException failure) {
      calls.add("broken " + failure.kind());
    }

    @Override
    public void failed(StoreException failure) {
      calls.add("failed " + failure.kind());
    }
  }

  private static ObjectVersion version(MemoryObjectStore store) throws StoreException {
    String etag = store.head("k").orElseThrow().etag();
    store.takeRequests();
    return new ObjectVersion("k", etag, 1000);
  }

  @Test
  void fetch_noThreadYet_beginsWhenThereIsOne() throws Exception {
    put("k", 1000);
    List<Runnable> queue = new ArrayList<>();
    Ends sink = new Ends();
    source(queue::add).fetch(version(store), 5, 10, sink);
    assertThat(sink.calls).isEmpty();
    queue.get(0).run();
    assertThat(sink.calls).containsExactly("begun", "opened", "advanced 10", "finished");
  }

  @Test
  void cancel_queued_endsAtOnceAndOnce() throws Exception {
    put("k", 1000);
    List<Runnable> queue = new ArrayList<>();
    Ends sink = new Ends();
    RangeSource.Transfer transfer = source(queue::add).fetch(version(store), 5, 10, sink);
    transfer.cancel();
    assertThat(sink.calls).containsExactly("failed INTERRUPTED");
    transfer.cancel();
    queue.get(0).run();
    assertThat(sink.calls).hasSize(1);
    assertThat(store.requests()).isEmpty();
  }

  /** What a cluster's node does: more readers than the memory has windows, and some are killed. */
  @Test
  void read_sixtyFourThreadsInSixteenMib_allEndAndEveryPageIsBack() throws Exception {
    long seed = System.nanoTime();
    System.out.println("StoreRangeSourceTest seed " + seed);
    MemoryBudget small = new MemoryBudget(16 * MIB, System::nanoTime, timer);
    int size = 5 * MIB + 17;
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      contents.add(put("k" + i, size));
    }
    ExecutorService readers = Executors.newFixedThreadPool(64);
    try (ReadEngine shared = new ReadEngine(small, this::after, System::nanoTime, LONG)) {
      // On a fast machine the readers may never want all of it at once: they begin with nothing.
      Reservation everything = requireNonNull(small.tryReserve(small.limit()));
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int number = i % 8;
        Random random = new Random(seed + i);
        done.add(
            readers.submit(
                () -> {
                  readSome(shared, "k" + number, contents.get(number), random, 5);
                  return null;
                }));
      }
      Await.until("a reader waits", LONG, () -> shared.counts().memoryWaits() > 0);
      everything.close();
      for (Future<?> one : done) {
        one.get(120, TimeUnit.SECONDS);
      }
      assertThat(small.counts().waiters()).as("seed %d", seed).isZero();
    } finally {
      readers.shutdown();
    }
    Await.until("all pages are back", LONG, () -> small.counts().reserved() == 0);
  }

  /** Many handles of few objects, in memory for a fraction of them, with faults, in parallel. */
  @Test
  void read_manyThreads_rightBytesOrError() throws Exception {
    long seed = System.nanoTime();
    System.out.println("StoreRangeSourceTest seed " + seed);
    int size = 6 * MIB + 17;
    List<byte[]> contents = new ArrayList<>();
    List<String> keys = List.of("a", "b", "c");
    for (String key : keys) {
      contents.add(put(key, size));
    }
    Random faults = new Random(seed);
    store.setFault(
        request -> {
          synchronized (faults) {
            if (request.startsWith("GET") && faults.nextInt(20) == 0) {
              throw MemoryObjectStore.failure(Kind.SERVER_ERROR, request);
            }
          }
        });
    ExecutorService readers = Executors.newFixedThreadPool(16);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int number = i;
      done.add(
          readers.submit(
              () -> {
                Random random = new Random(seed + number);
                byte[] content = contents.get(number % 3);
                for (int round = 0; round < 5; round++) {
                  readSome(engine, keys.get(number % 3), content, random, 0);
                }
                return null;
              }));
    }
    for (Future<?> one : done) {
      one.get(120, TimeUnit.SECONDS);
    }
    readers.shutdown();
    assertThat(engine.counts().reads()).isPositive();
  }

  /**
   * @param killed in so many of a hundred cases a READ is given up
   */
  private void readSome(ReadEngine shared, String key, byte[] content, Random random, int killed)
      throws Exception {
    String etag = store.head(key).orElseThrow().etag();
    ObjectVersion version = new ObjectVersion(key, etag, content.length);
    try (ObjectReader reader = shared.open(source, version)) {
      List<CompletableFuture<byte[]>> inFlight = new ArrayList<>();
      List<byte[]> expected = new ArrayList<>();
      long position = random.nextBoolean() ? 0 : random.nextInt(content.length);
      for (int i = 0; i < 60; i++) {
        if (random.nextInt(20) == 0) {
          position = random.nextInt(content.length + 10);
        }
        int length = 1 + random.nextInt(256 << 10);
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        Runnable giveUp = reader.read(position, length, into(result));
        if (random.nextInt(100) < killed) {
          giveUp.run();
        } else {
          inFlight.add(result);
          expected.add(part(content, position, length));
        }
        position += length;
        if (inFlight.size() > 3) {
          check(inFlight.remove(0), expected.remove(0));
        }
      }
      while (!inFlight.isEmpty()) {
        check(inFlight.remove(0), expected.remove(0));
      }
    }
  }

  private static void check(CompletableFuture<byte[]> result, byte[] expected) throws Exception {
    try {
      assertThat(Arrays.equals(result.get(60, TimeUnit.SECONDS), expected)).isTrue();
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              StoreException.class, f -> assertThat(f.kind()).isEqualTo(Kind.SERVER_ERROR));
    }
  }
}
