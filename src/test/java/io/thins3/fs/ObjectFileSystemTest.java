package io.thins3.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.fuse.Attributes;
import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.ReadReply;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.CacheLimits;
import io.thins3.read.ReadEngine;
import io.thins3.read.StoreRangeSource;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ObjectFileSystemTest {
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Instant MOUNTED = Instant.parse("2026-05-06T07:08:09Z");
  private static final Caller ROOT = new Caller(0, 0, 1);
  private static final Caller USER = new Caller(1000, 1001, 1);
  private static final Caller STRANGER = new Caller(5000, 5000, 1);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();
  private final ObjectFileSystem fs =
      fileSystem(served(Mounts.mount("", TTL, Duration.ofSeconds(1)), store));

  private static ServedBucket served(BucketMount mount, MemoryObjectStore store) {
    Duration timeout = Duration.ofSeconds(30);
    return new ServedBucket(
        mount,
        store,
        null,
        Runnable::run,
        new StoreRangeSource(store, Runnable::run, true, timeout, timeout));
  }

  private ObjectFileSystem fileSystem(ServedBucket... buckets) {
    return new ObjectFileSystem(
        List.of(buckets),
        Clock.fixed(MOUNTED.plusMillis(999), ZoneOffset.UTC),
        ticker,
        CacheLimits.ofBytes(1 << 20),
        new ReadEngine(
            new MemoryBudget(4 << 20, ticker::read, Runnable::run),
            (delay, action) -> action.run(),
            ticker::read,
            Duration.ofSeconds(30)),
        Duration.ofSeconds(30));
  }

  private static Entry lookup(ObjectFileSystem fs, String path) throws FuseException {
    Entry entry = new Entry(fs.root(), fs.getattr(fs.root(), null).attributes(), TTL, TTL);
    for (String name : path.split("/", -1)) {
      entry =
          Objects.requireNonNull(fs.lookup(entry.node(), name, ROOT).entry(), "no entry " + name);
    }
    return entry;
  }

  private static byte[] read(ObjectFileSystem fs, FileHandle handle, long offset, int size)
      throws Exception {
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    fs.read(
        handle,
        offset,
        size,
        new ReadReply() {
          @Override
          public void data(List<ByteBuffer> buffers) {
            ByteBuffer all =
                ByteBuffer.allocate(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
            buffers.forEach(buffer -> all.put(buffer.duplicate()));
            result.complete(all.array());
          }

          @Override
          public void error(Errno errno) {
            result.completeExceptionally(new FuseException(errno));
          }
        });
    try {
      return result.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static List<String> list(ObjectFileSystem fs, Node node, boolean plus, int perCall)
      throws FuseException {
    List<String> names = new ArrayList<>();
    long[] offset = {0};
    var handle = fs.opendir(node, ROOT);
    int before;
    do {
      before = names.size();
      int first = before;
      fs.readdir(
          handle,
          offset[0],
          new DirectorySink() {
            @Override
            public boolean wantsAttributes() {
              return plus;
            }

            @Override
            public boolean add(String name, long nextOffset, long ino, FileType type) {
              assertThat(ino).isNotZero();
              return take(name + (type == FileType.DIRECTORY ? "/" : ""), nextOffset);
            }

            @Override
            public boolean add(String name, long nextOffset, Entry entry) {
              boolean directory = entry.attributes().type() == FileType.DIRECTORY;
              return take(name + (directory ? "/" : ""), nextOffset);
            }

            private boolean take(String name, long nextOffset) {
              if (names.size() - first == perCall) {
                return false;
              }
              names.add(name);
              offset[0] = nextOffset;
              return true;
            }
          });
    } while (names.size() > before);
    fs.releasedir(handle);
    return names;
  }

  private static void assertErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FuseException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void lookup_file_hasAttributesOfObjectAndOptions() throws FuseException {
    store.put("d/f", "hello");
    Attributes attributes = lookup(fs, "d/f").attributes();

    assertThat(attributes.mode()).isEqualTo(0100644);
    assertThat(attributes.size()).isEqualTo(5);
    assertThat(attributes.blocks()).isEqualTo(1);
    assertThat(attributes.uid()).isEqualTo(1000);
    assertThat(attributes.gid()).isEqualTo(1001);
    assertThat(attributes.links()).isEqualTo(1);
    assertThat(attributes.mtime()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(lookup(fs, "d").attributes().mtime()).isEqualTo(MOUNTED);
  }

  @Test
  void lookup_twice_sameNode() throws FuseException {
    store.put("f", "x").put("d/f", "x");
    assertThat(lookup(fs, "f").node()).isSameAs(lookup(fs, "f").node());
    assertThat(lookup(fs, "d").node()).isSameAs(lookup(fs, "d").node());
    assertThat(lookup(fs, "f").attributes().ino())
        .isNotEqualTo(lookup(fs, "d/f").attributes().ino());
  }

  @Test
  void lookup_objectReplaced_anotherNodeOfTheSameInodeNumber() throws FuseException {
    store.put("f", "old");
    Entry old = lookup(fs, "f");
    store.put("f", "newer");
    ticker.advance(TTL.plusSeconds(1));
    Entry now = lookup(fs, "f");

    assertThat(now.node()).isNotSameAs(old.node());
    assertThat(now.attributes().ino()).isEqualTo(old.attributes().ino());
    assertErrno(Errno.ESTALE, () -> fs.getattr(old.node(), null));
    assertThat(fs.getattr(now.node(), null).attributes().size()).isEqualTo(5);
  }

  /** What fstat(2) asks: it names no handle. */
  @Test
  void getattr_nodeIsOpen_itsVersionWithoutTheStore() throws Exception {
    store.put("f", "old").put("g", "old");
    Node file = lookup(fs, "f").node();
    FileHandle first = fs.open(file, OpenFlags.O_RDONLY, ROOT).handle();
    FileHandle second = fs.open(file, OpenFlags.O_RDONLY, ROOT).handle();
    store.put("f", "newer");
    ticker.advance(TTL.plusSeconds(1));
    assertThat(lookup(fs, "f").node()).isNotSameAs(file);
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.UNREACHABLE, "f");
        });
    fs.release(first);

    assertThat(fs.getattr(file, null).attributes().size()).isEqualTo(3);
    assertThat(fs.getattrNow(file, null)).isEqualTo(fs.getattr(file, null));
    fs.release(second);
    assertErrno(Errno.ESTALE, () -> fs.getattr(file, null));
  }

  @Test
  void lookup_sameContentStoredAgain_sameNodeWithTheNewTime() throws Exception {
    store.put("f", "same");
    Entry before = lookup(fs, "f");
    FileHandle handle = fs.open(before.node(), OpenFlags.O_RDONLY, ROOT).handle();
    Instant later = before.attributes().mtime().plusSeconds(100);
    store.touch("f", later);
    ticker.advance(TTL.plusSeconds(1));

    assertThat(fs.getattr(before.node(), null).attributes().mtime())
        .as("open, and nothing newer was seen yet")
        .isEqualTo(before.attributes().mtime());
    Entry after = lookup(fs, "f");
    assertThat(after.node()).isSameAs(before.node());
    assertThat(after.attributes().mtime()).isEqualTo(later);
    assertThat(fs.getattr(before.node(), null).attributes().mtime()).isEqualTo(later);
    fs.release(handle);
    assertThat(fs.getattr(before.node(), null).attributes().mtime()).isEqualTo(later);
  }

  @Test
  void lookup_tooLongNames_areRefusedWithoutARequest() {
    assertErrno(Errno.ENAMETOOLONG, () -> fs.lookup(fs.root(), "é".repeat(128), ROOT));
    assertThat(store.requests()).isEmpty();
  }

  @Test
  void lookup_keyOver1024Bytes_isRefused() throws FuseException {
    String component = "x".repeat(250);
    store.put(String.join("/", component, component, component, component, "f"), "");
    Node node = lookup(fs, String.join("/", component, component, component, component)).node();

    assertErrno(Errno.ENAMETOOLONG, () -> fs.lookup(node, "y".repeat(30), ROOT));
  }

  @Test
  void lookup_storeFails_mapsToErrno() {
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.ACCESS_DENIED, "f");
        });
    assertErrno(Errno.EACCES, () -> fs.lookup(fs.root(), "f", ROOT));
  }

  @Test
  void lookup_belowFile_isNotDirectory() throws FuseException {
    store.put("f", "x");
    Node file = lookup(fs, "f").node();
    assertErrno(Errno.ENOTDIR, () -> fs.lookup(file, "x", ROOT));
    assertErrno(Errno.ENOTDIR, () -> fs.opendir(file, ROOT));
  }

  @Test
  void read_wholeAndPartsAndPastTheEnd() throws Exception {
    store.put("f", "hello");
    FileHandle handle = fs.open(lookup(fs, "f").node(), OpenFlags.O_RDONLY, ROOT).handle();

    assertThat(read(fs, handle, 0, 4096)).asString().isEqualTo("hello");
    assertThat(read(fs, handle, 1, 3)).asString().isEqualTo("ell");
    assertThat(read(fs, handle, 5, 10)).isEmpty();
    assertThat(read(fs, handle, 500, 10)).isEmpty();
    assertThat(fs.getattr(fs.root(), handle).attributes().size()).isEqualTo(5);
    fs.release(handle);
  }

  @Test
  void open_objectReplacedWithinTtl_staleThenNewVersion() throws Exception {
    store.put("f", "old");
    Node old = lookup(fs, "f").node();
    store.put("f", "newer");

    assertErrno(Errno.ESTALE, () -> fs.open(old, OpenFlags.O_RDONLY, ROOT));
    FileHandle handle = fs.open(lookup(fs, "f").node(), OpenFlags.O_RDONLY, ROOT).handle();
    assertThat(read(fs, handle, 0, 10)).asString().isEqualTo("newer");
    fs.release(handle);
  }

  @Test
  void open_objectDeletedWithinTtl_staleThenAbsent() throws FuseException {
    store.put("f", "old");
    Node old = lookup(fs, "f").node();
    store.remove("f");

    assertErrno(Errno.ESTALE, () -> fs.open(old, OpenFlags.O_RDONLY, ROOT));
    assertThat(fs.lookup(fs.root(), "f", ROOT).entry()).isNull();
  }

  @Test
  void lookupNowAndGetattrNow_whatIsCached_answeredWithoutARequest() throws FuseException {
    store.put("f", "one");
    assertThat(fs.lookupNow(fs.root(), "f", ROOT)).isNull();
    assertThat(store.takeRequests()).isEmpty();
    Entry entry = lookup(fs, "f");
    store.takeRequests();
    var known = Objects.requireNonNull(fs.lookupNow(fs.root(), "f", ROOT));
    assertThat(known.entry()).isEqualTo(entry);
    assertThat(Objects.requireNonNull(fs.getattrNow(entry.node(), null)).attributes())
        .isEqualTo(entry.attributes());
    assertThat(fs.getattrNow(fs.root(), null)).isNotNull();
    ticker.advance(TTL);
    assertThat(fs.lookupNow(fs.root(), "f", ROOT)).isNull();
    assertThat(fs.getattrNow(entry.node(), null)).isNull();
    assertThat(store.takeRequests()).isEmpty();
  }

  @Test
  void open_oneVersion_itsPagesAreKept() throws FuseException {
    store.put("f", "one");
    assertThat(fs.open(lookup(fs, "f").node(), 0, ROOT).keepCache()).isTrue();
  }

  @Test
  void open_forWriting_isReadOnly() throws FuseException {
    store.put("f", "x");
    Node file = lookup(fs, "f").node();
    assertErrno(Errno.EROFS, () -> fs.open(file, OpenFlags.O_WRONLY, ROOT));
    assertErrno(Errno.EROFS, () -> fs.open(file, OpenFlags.O_RDWR, ROOT));
    assertErrno(Errno.EROFS, () -> fs.open(file, OpenFlags.O_TRUNC, ROOT));
    assertErrno(Errno.EROFS, () -> fs.mkdir(fs.root(), "d", 0755, ROOT));
    assertErrno(Errno.EROFS, () -> fs.unlink(fs.root(), "f", ROOT));
  }

  @Test
  void readdir_anyAnswerSize_eachEntryOnce() throws FuseException {
    store.put("b", "").put("a/x", "").put("a/y", "").put("c", "");
    for (int perCall : new int[] {1, 2, 100}) {
      assertThat(list(fs, fs.root(), false, perCall)).containsExactly("a/", "b", "c");
      assertThat(list(fs, fs.root(), true, perCall)).containsExactly("a/", "b", "c");
    }
  }

  @Test
  void readdir_thenStatAll_sendsOneRequest() throws FuseException {
    store.put("d/1", "").put("d/2", "").put("d/3/x", "");
    Node directory = lookup(fs, "d").node();
    store.takeRequests();
    list(fs, directory, false, 100);
    for (String name : List.of("1", "2", "3")) {
      assertThat(fs.lookup(directory, name, ROOT).entry()).isNotNull();
    }
    assertThat(store.requests()).containsExactly("LIST d/");
  }

  @Test
  void access_checksModeOwnerAndGroup() throws FuseException {
    store.put("f", "x");
    Node file = lookup(fs, "f").node();
    fs.access(file, 4, STRANGER);
    fs.access(fs.root(), 5, STRANGER);
    fs.access(file, 0, STRANGER);
    assertErrno(Errno.EACCES, () -> fs.access(file, 1, STRANGER));
    assertErrno(Errno.EACCES, () -> fs.access(file, 1, ROOT));
    assertErrno(Errno.EROFS, () -> fs.access(file, 2, USER));
  }

  @Test
  void statfs_blocksAreThere() {
    assertThat(fs.statfs(fs.root()).blocks()).isPositive();
    assertThat(fs.statfs(fs.root()).freeBlocks()).isEqualTo(fs.statfs(fs.root()).blocks());
    assertThat(fs.statfs(fs.root()).maxNameLength()).isEqualTo(255);
  }

  @Test
  void root_storeDown_isAnsweredLocally() throws FuseException {
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.UNREACHABLE, "");
        });
    assertThat(fs.getattr(fs.root(), null).attributes().type()).isEqualTo(FileType.DIRECTORY);
    assertThat(fs.getattr(fs.root(), null).ttl()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void noBuckets_emptyDirectory() throws FuseException {
    ObjectFileSystem empty = fileSystem();
    assertThat(list(empty, empty.root(), true, 100)).isEmpty();
    assertThat(empty.lookup(empty.root(), "x", ROOT).entry()).isNull();
    assertThat(empty.getattr(empty.root(), null).attributes().type()).isEqualTo(FileType.DIRECTORY);
  }

  @Test
  void severalBuckets_treeOfTheirPaths() throws Exception {
    MemoryObjectStore other = new MemoryObjectStore();
    store.put("f", "one");
    other.put("p/f", "two");
    ObjectFileSystem several =
        fileSystem(
            served(Mounts.mount("/train", "", TTL, TTL, false, true), store),
            served(Mounts.mount("/lib/models", "p/", TTL, TTL, false, true), other));

    assertThat(list(several, several.root(), false, 1)).containsExactly("lib/", "train/");
    assertThat(list(several, lookup(several, "lib").node(), true, 1)).containsExactly("models/");
    FileHandle handle =
        several.open(lookup(several, "lib/models/f").node(), OpenFlags.O_RDONLY, ROOT).handle();
    assertThat(read(several, handle, 0, 10)).asString().isEqualTo("two");
    several.release(handle);
    assertThat(lookup(several, "train/f").attributes().size()).isEqualTo(3);
  }

  @Test
  void severalBuckets_oneInsideAnother_isRefused() {
    assertThatThrownBy(
            () ->
                fileSystem(
                    served(Mounts.mount("/a", "", TTL, TTL, false, true), store),
                    served(Mounts.mount("/a/b", "", TTL, TTL, false, true), store)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
