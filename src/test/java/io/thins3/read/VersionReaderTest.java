package io.thins3.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionReaderTest {
  private static final int MIB = 1 << 20;
  private static final long ALLOWANCE = 64L * MIB;

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final ReadAheadAllowance allowance = new ReadAheadAllowance(ALLOWANCE);

  @AfterEach
  void allowanceIsGivenBack() {
    assertThat(allowance.available()).isEqualTo(ALLOWANCE);
  }

  private byte[] put(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    store.put("k", content);
    return content;
  }

  private VersionReader reader(int size, Executor executor) throws StoreException {
    String etag = store.head("k").orElseThrow().etag();
    store.takeRequests();
    return new VersionReader(store, "k", etag, size, executor, allowance);
  }

  private static CompletableFuture<byte[]> read(VersionReader reader, long offset, int length) {
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    reader.read(
        offset,
        length,
        new ReadCompletion() {
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
        });
    return result;
  }

  private static byte[] part(byte[] content, long offset, int length) {
    int from = (int) Math.min(offset, content.length);
    return Arrays.copyOfRange(content, from, (int) Math.min(from + (long) length, content.length));
  }

  @Test
  void start_object_fetchesFirstBlockOnly() throws Exception {
    put(5 * MIB);
    try (VersionReader reader = reader(5 * MIB, Runnable::run)) {
      reader.start().get(30, TimeUnit.SECONDS);
      assertThat(store.requests()).containsExactly("GET k 0-131071");
    }
  }

  @Test
  void start_emptyObject_sendsNothing() throws Exception {
    put(0);
    try (VersionReader reader = reader(0, Runnable::run)) {
      reader.start().get(30, TimeUnit.SECONDS);
      assertThat(read(reader, 0, 4096).get(30, TimeUnit.SECONDS)).isEmpty();
      assertThat(store.requests()).isEmpty();
    }
  }

  @Test
  void read_smallFile_isOneRequest() throws Exception {
    byte[] content = put(1000);
    try (VersionReader reader = reader(1000, Runnable::run)) {
      reader.start().get(30, TimeUnit.SECONDS);
      assertThat(read(reader, 0, 131072).get(30, TimeUnit.SECONDS)).isEqualTo(content);
      assertThat(read(reader, 1000, 4096).get(30, TimeUnit.SECONDS)).isEmpty();
      assertThat(store.requests()).hasSize(1);
    }
  }

  @Test
  void read_sequential_fetchesEachByteOnce() throws Exception {
    int size = 20 * MIB + 17;
    byte[] content = put(size);
    try (VersionReader reader = reader(size, Runnable::run)) {
      for (int offset = 0; offset < size; offset += 128 << 10) {
        assertThat(read(reader, offset, 128 << 10).get(30, TimeUnit.SECONDS))
            .isEqualTo(part(content, offset, 128 << 10));
      }
      assertThat(store.requests()).hasSize(22).doesNotHaveDuplicates();
    }
  }

  @Test
  void read_farJump_fetchesJustTheRange() throws Exception {
    int size = 50 * MIB;
    byte[] content = put(size);
    try (VersionReader reader = reader(size, Runnable::run)) {
      assertThat(read(reader, 30L * MIB, 4096).get(30, TimeUnit.SECONDS))
          .isEqualTo(part(content, 30L * MIB, 4096));
      assertThat(store.requests()).containsExactly("GET k 31457280-31461375");
    }
  }

  @Test
  void read_fetchUnderWayWhenClosed_keepsItsAllowanceUntilItEnds() throws Exception {
    put(5 * MIB);
    List<Runnable> fetches = new ArrayList<>();
    try (VersionReader reader = reader(5 * MIB, fetches::add)) {
      assertThat(read(reader, 0, 4096)).isNotDone();
    }
    assertThat(allowance.available()).as("the buffers will be filled yet").isLessThan(ALLOWANCE);
    fetches.forEach(Runnable::run);
  }

  @Test
  void read_noAllowance_stillReads() throws Exception {
    byte[] content = put(3 * MIB);
    String etag = store.head("k").orElseThrow().etag();
    ReadAheadAllowance none = new ReadAheadAllowance(0);
    try (VersionReader reader = new VersionReader(store, "k", etag, 3 * MIB, Runnable::run, none)) {
      assertThat(read(reader, 0, 3 * MIB).get(30, TimeUnit.SECONDS)).isEqualTo(content);
    }
  }

  @Test
  void read_objectReplaced_failsAndNeverMixes() throws Exception {
    put(3 * MIB);
    try (VersionReader reader = reader(3 * MIB, Runnable::run)) {
      read(reader, 0, 4096).get(30, TimeUnit.SECONDS);
      put(3 * MIB);
      assertThat(read(reader, 5L << 19, 4096)) // beyond what was read ahead
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PRECONDITION_FAILED));
    }
  }

  @Test
  void read_failedOnce_triesAgainNextTime() throws Exception {
    byte[] content = put(1000);
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.SERVER_ERROR, "k");
        });
    String etag = "\"1\"";
    try (VersionReader reader =
        new VersionReader(store, "k", etag, 1000, Runnable::run, allowance)) {
      assertThat(read(reader, 0, 1000)).isCompletedExceptionally();
      store.setFault(request -> {});
      assertThat(read(reader, 0, 1000).get(30, TimeUnit.SECONDS)).isEqualTo(content);
    }
  }

  @Test
  void read_executorShutDown_fails() throws Exception {
    put(1000);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.shutdown();
    try (VersionReader reader = reader(1000, pool)) {
      assertThat(read(reader, 0, 1000)).isCompletedExceptionally();
    }
  }

  /** Any reads, in any order and in parallel, with faults: right bytes, or an error. */
  @Test
  void read_randomPatterns_rightBytesOrError() throws Exception {
    long seed = System.nanoTime();
    System.out.println("VersionReaderTest seed " + seed);
    Random random = new Random(seed);
    int size = 6 * MIB + random.nextInt(MIB);
    byte[] content = put(size);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 20; round++) {
        boolean faulty = round % 2 == 1;
        Random faults = new Random(seed + round);
        store.setFault(
            request -> {
              synchronized (faults) {
                if (faulty && faults.nextInt(4) == 0) {
                  throw MemoryObjectStore.failure(Kind.SERVER_ERROR, "k");
                }
              }
            });
        try (VersionReader reader = new VersionReader(store, "k", "\"1\"", size, pool, allowance)) {
          long position = 0;
          for (int i = 0; i < 100; i++) {
            if (random.nextInt(5) == 0) {
              position = random.nextInt(size + MIB);
            }
            int length = 1 + random.nextInt(256 << 10);
            CompletableFuture<byte[]> result = read(reader, position, length);
            if (random.nextBoolean()) {
              try {
                assertThat(result.get(30, TimeUnit.SECONDS))
                    .isEqualTo(part(content, position, length));
              } catch (ExecutionException e) {
                assertThat(faulty).as("only faults fail a read").isTrue();
                assertThat(e.getCause()).isInstanceOf(StoreException.class);
              }
            }
            position += length;
          }
        }
      }
    } finally {
      pool.shutdown();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
