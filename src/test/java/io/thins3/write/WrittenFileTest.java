package io.thins3.write;

import static io.thins3.write.WriteBench.MIB;
import static io.thins3.write.WriteBench.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.store.StoreException;
import io.thins3.testing.Await;
import io.thins3.testing.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenFileTest {
  private static final String KEY = "d/f";

  private final Path staging;
  private final WriteBench bench;

  WrittenFileTest(@TempDir Path staging) {
    this.staging = staging;
    this.bench = new WriteBench(staging, 128 * MIB, 1L << 30, false);
  }

  @AfterEach
  void everythingWasGivenBack() {
    Await.until(
        "all pages are back", Duration.ofSeconds(20), () -> bench.budget.counts().reserved() == 0);
    Await.until(
        "all space is back", Duration.ofSeconds(20), () -> bench.directory.space().taken() == 0);
    Await.until("no upload is left", Duration.ofSeconds(20), () -> bench.store.uploads().isEmpty());
    bench.close();
    assertThat(staging).isEmptyDirectory();
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] part(byte[] all, int from, int to) {
    return Arrays.copyOfRange(all, from, to);
  }

  @Test
  void publish_smallNewFile_isOnePut() throws Exception {
    WrittenFile file = bench.create(KEY);
    byte[] content = bytes(3 * MIB + 17, 1);
    write(file, 0, part(content, 0, 100));
    write(file, 100, part(content, 100, content.length));

    FileVersion published = file.publish();

    assertThat(bench.store.content(KEY)).isEqualTo(content);
    assertThat(bench.store.requests()).containsExactly("PUT " + KEY + " " + content.length);
    assertThat(published).isEqualTo(bench.version(KEY));
    assertThat(file.isClean()).isTrue();
    bench.engine.close(file);
  }

  @Test
  void publish_newFileWithoutWrites_isEmptyObject() throws Exception {
    WrittenFile file = bench.create(KEY);

    file.publish();
    file.publish();

    assertThat(bench.store.requests()).containsExactly("PUT " + KEY + " 0");
    bench.engine.close(file);
  }

  @Test
  void publish_largeNewFile_goesOutInPartsWhileItIsWritten() throws Exception {
    WrittenFile file = bench.create(KEY);
    byte[] content = bytes(50 * MIB + 1, 2);
    for (int at = 0; at < content.length; at += MIB) {
      write(file, at, part(content, at, Math.min(content.length, at + MIB)));
    }
    Await.until(
        "parts are sent", Duration.ofSeconds(20), () -> bench.store.count("UPLOAD_PART") == 6);

    file.publish();

    assertThat(bench.store.content(KEY)).isEqualTo(content);
    assertThat(bench.store.count("UPLOAD_PART")).isEqualTo(7);
    assertThat(bench.store.count("COMPLETE_UPLOAD")).isEqualTo(1);
    bench.engine.close(file);
  }

  @Test
  void publish_firstPartWrittenAgain_isSentAgain() throws Exception {
    WrittenFile file = bench.create(KEY);
    byte[] content = bytes(20 * MIB, 3);
    for (int at = 0; at < content.length; at += MIB) {
      write(file, at, part(content, at, at + MIB));
    }
    Await.until(
        "parts are sent", Duration.ofSeconds(20), () -> bench.store.count("UPLOAD_PART") == 2);
    byte[] header = bytes(100, 4);
    write(file, 10, header);
    System.arraycopy(header, 0, content, 10, header.length);

    file.publish();

    assertThat(bench.store.content(KEY)).isEqualTo(content);
    assertThat(bench.store.bytesSent("UPLOAD_PART")).isEqualTo(28L * MIB);
    bench.engine.close(file);
  }

  @Test
  void publish_appendToLargeObject_copiesItOnTheServer() throws Exception {
    byte[] content = bytes(40 * MIB, 5);
    bench.store.put(KEY, content);
    WrittenFile file = bench.open(KEY);
    write(file, content.length, bytes(100, 6));

    file.publish();

    byte[] whole = Arrays.copyOf(content, content.length + 100);
    System.arraycopy(bytes(100, 6), 0, whole, content.length, 100);
    assertThat(bench.store.content(KEY)).isEqualTo(whole);
    assertThat(bench.store.bytesSent("UPLOAD_PART")).isEqualTo(100);
    assertThat(bench.engine.counts().fetched()).isZero();
    bench.engine.close(file);
  }

  @Test
  void publish_oneByteInTheMiddle_sendsOnePart() throws Exception {
    byte[] content = bytes(60 * MIB, 7);
    bench.store.put(KEY, content);
    WrittenFile file = bench.open(KEY);
    write(file, 30 * MIB, new byte[] {42});
    content[30 * MIB] = 42;

    file.publish();

    assertThat(bench.store.content(KEY)).isEqualTo(content);
    assertThat(bench.store.bytesSent("UPLOAD_PART")).isLessThanOrEqualTo(5 * MIB);
    assertThat(bench.engine.counts().fetched()).isLessThanOrEqualTo(5 * MIB);
    bench.engine.close(file);
  }

  @Test
  void write_storeSlowerThanWriter_waitsForItsParts() throws Exception {
    bench.store.setFault(
        request -> {
          if (request.startsWith("UPLOAD_PART")) {
            // Nothing goes out before the writer has met its limit.
            Await.until(
                "a write waits", Duration.ofSeconds(20), () -> bench.engine.counts().waits() > 0);
          }
        });
    WrittenFile file = bench.create(KEY);
    byte[] piece = bytes(MIB, 8);
    for (int at = 0; at < 80 * MIB; at += MIB) {
      write(file, at, piece);
    }

    assertThat(bench.budget.counts().highWater()).isLessThan(bench.budget.limit());
    file.publish();

    byte[] stored = bench.store.content(KEY);
    assertThat(stored).hasSize(80 * MIB);
    for (int at = 0; at < stored.length; at += MIB) {
      assertThat(Arrays.equals(stored, at, at + MIB, piece, 0, MIB)).isTrue();
    }
    bench.engine.close(file);
  }

  @Test
  void write_farAhead_isStagedAndHolesAreZeros() throws Exception {
    WrittenFile file = bench.create(KEY);
    write(file, 0, bytes(10, 9));
    write(file, 70 * MIB, bytes(10, 10));

    assertThat(file.size()).isEqualTo(70 * MIB + 10);
    assertThat(bench.read(file, 5, 10)).isEqualTo(Arrays.copyOf(part(bytes(10, 9), 5, 10), 10));
    file.publish();

    byte[] whole = new byte[70 * MIB + 10];
    System.arraycopy(bytes(10, 9), 0, whole, 0, 10);
    System.arraycopy(bytes(10, 10), 0, whole, 70 * MIB, 10);
    assertThat(bench.store.content(KEY)).isEqualTo(whole);
    bench.engine.close(file);
  }

  @Test
  void publish_requestFails_failsEveryTimeAndOldObjectStays() throws Exception {
    bench.store.put(KEY, "old");
    WrittenFile file = bench.open(KEY);
    write(file, 0, bytes(100, 11));
    bench.store.setFault(
        request -> {
          throw MemoryObjectStore.failure(StoreException.Kind.SERVER_ERROR, KEY);
        });

    assertThatThrownBy(file::publish).isInstanceOf(WriteException.class);
    bench.store.setFault(request -> {});

    assertThatThrownBy(file::publish).isInstanceOf(WriteException.class);
    assertThat(bench.store.content(KEY)).isEqualTo("old".getBytes(UTF_8));
    bench.engine.close(file);
  }

  @Test
  void publish_partFails_uploadIsAborted() throws Exception {
    WrittenFile file = bench.create(KEY);
    bench.store.setFault(
        request -> {
          if (request.startsWith("UPLOAD_PART " + KEY + " 2")) {
            throw MemoryObjectStore.failure(StoreException.Kind.SERVER_ERROR, KEY);
          }
        });
    byte[] content = bytes(30 * MIB, 12);

    assertThatThrownBy(
            () -> {
              for (int at = 0; at < content.length; at += MIB) {
                write(file, at, part(content, at, at + MIB));
              }
              file.publish();
            })
        .isInstanceOf(WriteException.class);

    assertThat(bench.store.has(KEY)).isFalse();
    bench.engine.close(file);
  }

  @Test
  void publish_changedByOthers_lastWriterWinsAndIsCounted() throws Exception {
    bench.store.put(KEY, "old");
    WrittenFile file = bench.open(KEY);
    file.resize(0);
    write(file, 0, "mine".getBytes(UTF_8));
    bench.store.put(KEY, "theirs");

    file.publish();

    assertThat(bench.store.content(KEY)).isEqualTo("mine".getBytes(UTF_8));
    assertThat(bench.engine.counts().conflicts()).isEqualTo(1);
    bench.engine.close(file);
  }

  @Test
  void publish_createdByOthersThoughExclusive_fails() throws Exception {
    WrittenFile file = bench.engine.open(KEY, java.util.Map.of(), null, true, version -> {});
    write(file, 0, "mine".getBytes(UTF_8));
    bench.store.put(KEY, "theirs");

    assertThatThrownBy(file::publish)
        .isInstanceOfSatisfying(
            WriteException.class, e -> assertThat(e.kind()).isEqualTo(WriteException.Kind.EXISTS));
    assertThat(bench.store.content(KEY)).isEqualTo("theirs".getBytes(UTF_8));
    bench.engine.close(file);
  }
}
