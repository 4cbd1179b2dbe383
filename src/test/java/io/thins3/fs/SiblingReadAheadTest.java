package io.thins3.fs;

import static io.thins3.fs.WalkedTree.file;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.ReadReply;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.CacheLimits;
import io.thins3.read.ObjectVersion;
import io.thins3.read.RangeSource;
import io.thins3.read.ReadEngine;
import io.thins3.read.StoreRangeSource;
import io.thins3.store.ObjectChecksum;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Walks through a file system on a store in memory, with every request counted. */
class SiblingReadAheadTest {
  private static final Caller ROOT = new Caller(0, 0, 1);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();

  /** Content requests that wait until the test runs them. */
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  private volatile boolean gate;

  /** So many versions become known to the engine before an accident. */
  private int soundVersions = Integer.MAX_VALUE;

  private ReadEngine engine = engine(16 << 20);
  private ObjectFileSystem fs = fileSystem(Duration.ofSeconds(60), true);

  private ReadEngine engine(long bytes) {
    return new ReadEngine(
        new MemoryBudget(bytes, ticker::read, Runnable::run),
        (delay, action) -> action.run(),
        ticker::read,
        Duration.ofSeconds(30));
  }

  private ObjectFileSystem fileSystem(Duration ttl, boolean siblings) {
    BucketMount mount = Mounts.mount(ttl, siblings);
    return new ObjectFileSystem(
        List.of(new ServedBucket(mount, store, null, Runnable::run, new Source())),
        Clock.systemUTC(),
        ticker,
        CacheLimits.ofBytes(16 << 20),
        engine,
        Duration.ofSeconds(30));
  }

  /** Content of the store, with accidents where they are least expected. */
  private final class Source implements RangeSource {
    private final RangeSource content =
        new StoreRangeSource(
            store,
            SiblingReadAheadTest.this::execute,
            false,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    @Override
    public String bucket() {
      return content.bucket();
    }

    @Override
    public Duration patience() {
      return content.patience();
    }

    @Override
    public Duration deadline() {
      return content.deadline();
    }

    @Override
    public boolean verifies() {
      if (soundVersions-- == 0) {
        throw new IllegalStateException("an accident");
      }
      return content.verifies();
    }

    @Override
    public CompletableFuture<Optional<ObjectChecksum>> checksum(ObjectVersion version) {
      return content.checksum(version);
    }

    @Override
    public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
      return content.fetch(version, offset, length, sink);
    }
  }

  private void execute(Runnable request) {
    if (gate) {
      waiting.add(request);
    } else {
      request.run();
    }
  }

  private void tree(int directories, int files) {
    for (int d = 0; d < directories; d++) {
      for (int f = 0; f < files; f++) {
        String key = file(directory(d), f);
        store.put(key, "content of " + key);
      }
    }
  }

  private static String directory(int number) {
    return "tree/d%02d".formatted(number);
  }

  private Node find(String path) throws FuseException {
    Node node = fs.root();
    for (String name : path.split("/", -1)) {
      Entry entry = fs.lookup(node, name, ROOT).entry();
      node = Objects.requireNonNull(entry, "no entry " + name).node();
    }
    return node;
  }

  private void list(String path) throws FuseException {
    var handle = fs.opendir(find(path), ROOT);
    fs.readdir(handle, 0, new NoSink());
    fs.releasedir(handle);
  }

  private String read(String path) throws Exception {
    FileHandle handle = fs.open(find(path), OpenFlags.O_RDONLY, ROOT).handle();
    CompletableFuture<String> content = new CompletableFuture<>();
    fs.read(
        handle,
        0,
        128 << 10,
        new ReadReply() {
          @Override
          public void data(List<ByteBuffer> buffers) {
            StringBuilder text = new StringBuilder();
            buffers.forEach(buffer -> text.append(UTF_8.decode(buffer.duplicate())));
            content.complete(text.toString());
          }

          @Override
          public void error(Errno errno) {
            content.completeExceptionally(new FuseException(errno));
          }
        });
    String read = content.get(30, TimeUnit.SECONDS);
    fs.release(handle);
    return read;
  }

  private void readAsWritten(String path) throws Exception {
    assertThat(read(path)).isEqualTo("content of " + path);
  }

  private void walk(int directory, int from, int to) throws Exception {
    for (int f = from; f < to; f++) {
      readAsWritten(file(directory(directory), f));
    }
  }

  private void uncheckedWalk(int from, int to) {
    try {
      walk(0, from, to);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> taken(String kind) {
    return store.takeRequests().stream().filter(request -> request.startsWith(kind)).toList();
  }

  private static String get(String path) {
    return "GET " + path + " 0-" + (("content of " + path).length() - 1);
  }

  @Test
  void walk_oneDirectory_eachFileIsFetchedOnceAndAheadFromTheThirdOn() throws Exception {
    tree(1, 20);
    list(directory(0));
    walk(0, 0, 2);
    assertThat(taken("GET")).as("nothing ahead yet").hasSize(2);
    walk(0, 2, 3);
    assertThat(taken("GET"))
        .as("its own, and four ahead")
        .containsExactlyElementsOf(
            IntStream.range(2, 7).mapToObj(f -> get(file(directory(0), f))).toList());
    walk(0, 3, 4);
    assertThat(taken("GET")).containsExactly(get(file(directory(0), 7)));
    walk(0, 4, 20);
    assertThat(taken("")).as("each file once").hasSize(12);
    SiblingCounts counts = fs.siblingCounts();
    assertThat(counts.files()).isEqualTo(17);
    assertThat(counts.filesUsed()).isEqualTo(17);
    assertThat(counts.wastedBytes()).isZero();
  }

  @Test
  void walk_manyDirectories_listedAndFetchedAheadAndNothingTwice() throws Exception {
    tree(30, 4);
    list("tree");
    for (int d = 0; d < 30; d++) {
      list(directory(d));
      walk(d, 0, 4);
      if (d == 20) {
        store.takeRequests();
        list(directory(21));
        readAsWritten(file(directory(21), 0));
        assertThat(taken("LIST tree/d21")).isEmpty();
      }
    }
    SiblingCounts counts = fs.siblingCounts();
    assertThat(counts.listings()).as("one listing of the subtree has them all").isZero();
    assertThat(counts.files()).isEqualTo(counts.filesUsed()).isGreaterThan(100);
    assertThat(counts.wastedBytes()).isZero();
    assertThat(engine.counts().requests()).as("GETs").isEqualTo(121);
  }

  @Test
  void walk_answersAreSlow_windowGrowsAndRequestsAreBounded() throws Exception {
    tree(1, 100);
    list(directory(0));
    walk(0, 0, 2);
    store.takeRequests();
    gate = true;
    CompletableFuture<Void> program = CompletableFuture.runAsync(() -> uncheckedWalk(2, 60));
    int most = 0;
    while (!program.isDone()) {
      most = Math.max(most, waiting.size());
      Runnable next = waiting.poll();
      if (next != null) {
        next.run();
      }
      Thread.onSpinWait();
    }
    program.join();
    assertThat(most).isLessThanOrEqualTo(SiblingReadAhead.MOST_REQUESTS + 1);
    assertThat(fs.siblingCounts().filesUsed()).isEqualTo(57);
    waiting.forEach(Runnable::run);
  }

  @Test
  void walk_emptyFiles_areAskedForAhead() throws Exception {
    for (int f = 0; f < 20; f++) {
      store.put(file(directory(0), f), "");
    }
    list(directory(0));
    for (int f = 0; f < 20; f++) {
      assertThat(read(file(directory(0), f))).isEmpty();
      if (f == 2) {
        assertThat(taken("HEAD tree/d00/")).as("two, its own, and four ahead").hasSize(7);
      }
    }
    assertThat(taken("HEAD tree/d00/")).as("each file once").hasSize(13);
    SiblingCounts counts = fs.siblingCounts();
    assertThat(counts.files()).isEqualTo(17);
    assertThat(counts.filesUsed()).isEqualTo(17);
  }

  @Test
  void walk_switchedOff_sendsNothingAhead() throws Exception {
    fs = fileSystem(Duration.ofSeconds(60), false);
    tree(3, 10);
    list("tree");
    for (int d = 0; d < 3; d++) {
      list(directory(d));
      for (int f = 0; f < 10; f++) {
        store.takeRequests();
        readAsWritten(file(directory(d), f));
        assertThat(store.takeRequests()).containsExactly(get(file(directory(d), f)));
      }
    }
    assertThat(fs.siblingCounts()).isEqualTo(new SiblingCounts(0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void walk_nothingIsBelieved_sendsNothingAhead() throws Exception {
    fs = fileSystem(Duration.ZERO, true);
    tree(1, 10);
    list(directory(0));
    walk(0, 0, 10);
    assertThat(taken("GET")).hasSize(10);
    assertThat(fs.siblingCounts().files()).isZero();
  }

  @Test
  void openAtRandom_sendsNothingAhead() throws Exception {
    tree(1, 300);
    list(directory(0));
    List<Integer> order = new ArrayList<>(IntStream.range(0, 300).boxed().toList());
    Collections.shuffle(order, new Random(99));
    for (int f : order.subList(0, 100)) {
      walk(0, f, f + 1);
    }
    assertThat(fs.siblingCounts().files()).as("a run of three by chance").isLessThan(9);
  }

  @Test
  void walksThatEndAtOnce_manyOfThem_areNotBelievedAnyMore() throws Exception {
    tree(30, 10);
    for (int d = 0; d < 30; d++) {
      list(directory(d));
      walk(d, 0, 3);
      ticker.advance(Duration.ofSeconds(11));
    }
    SiblingCounts counts = fs.siblingCounts();
    assertThat(counts.switchedOff()).isPositive();
    assertThat(counts.files()).as("of 210 that could have been").isLessThan(80);
    assertThat(counts.wastedBytes()).isPositive();
    engine.watch();
    assertThat(engine.counts().wastedBytes()).isPositive();
  }

  @Test
  void walkThatEnds_oneAlone_doesNotSpoilTheNext() throws Exception {
    tree(2, 60);
    list(directory(0));
    walk(0, 0, 40);
    ticker.advance(Duration.ofSeconds(20));
    list(directory(1));
    walk(1, 0, 30);
    assertThat(fs.siblingCounts().switchedOff()).isZero();
    assertThat(fs.siblingCounts().filesUsed()).isEqualTo(37 + 27);
  }

  @Test
  void open_fetchedAheadMoreThanTenSecondsAgo_asksAndFindsTheNewVersion() throws Exception {
    tree(1, 10);
    list(directory(0));
    walk(0, 0, 3);
    String next = file(directory(0), 3);
    store.put(next, "newer");
    ticker.advance(Duration.ofSeconds(10));
    Node old = find(next);
    assertThatThrownBy(() -> fs.open(old, OpenFlags.O_RDONLY, ROOT))
        .isInstanceOfSatisfying(
            FuseException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));
    assertThat(read(next)).isEqualTo("newer");
  }

  @Test
  void open_replacedAfterItWasFetchedAhead_isAsItWasForAtMostTenSeconds() throws Exception {
    tree(1, 10);
    list(directory(0));
    walk(0, 0, 3);
    String next = file(directory(0), 3);
    store.put(next, "newer");
    ticker.advance(Duration.ofMillis(9_900));
    readAsWritten(next);
    Node old = find(next);
    assertThatThrownBy(() -> fs.open(old, OpenFlags.O_RDONLY, ROOT))
        .as("one open only")
        .isInstanceOf(FuseException.class);
    assertThat(read(next)).isEqualTo("newer");
  }

  @Test
  void walk_shortTtl_boundsWhatIsBelieved() throws Exception {
    fs = fileSystem(Duration.ofSeconds(2), true);
    tree(1, 10);
    list(directory(0));
    walk(0, 0, 3);
    String next = file(directory(0), 3);
    Node node = find(next);
    store.takeRequests();
    ticker.advance(Duration.ofSeconds(2));
    fs.release(fs.open(node, OpenFlags.O_RDONLY, ROOT).handle());
    assertThat(taken("GET")).as("asks whether it is there").contains("GET " + next + " 0-0");
  }

  @Test
  void walk_fileReplacedOnTheWay_goesOnAheadOfIt() throws Exception {
    tree(1, 40);
    list(directory(0));
    walk(0, 0, 3);
    String replaced = file(directory(0), 20);
    Node old = find(replaced);
    store.put(replaced, "newer");
    walk(0, 3, 20);
    assertThatThrownBy(() -> fs.open(old, OpenFlags.O_RDONLY, ROOT))
        .isInstanceOf(FuseException.class);
    assertThat(read(replaced)).isEqualTo("newer");
    long before = fs.siblingCounts().filesUsed();
    walk(0, 21, 40);
    assertThat(fs.siblingCounts().filesUsed() - before).isGreaterThan(15);
  }

  @Test
  void walk_objectGone_isLeftToItsOpen() throws Exception {
    tree(1, 10);
    list(directory(0));
    String gone = file(directory(0), 4);
    Node node = find(gone);
    store.remove(gone);
    walk(0, 0, 4);
    assertThatThrownBy(() -> fs.open(node, OpenFlags.O_RDONLY, ROOT))
        .isInstanceOf(FuseException.class);
    assertThat(taken("GET " + gone)).as("one ahead, one of the open").hasSize(2);
    walk(0, 5, 10);
  }

  @Test
  void walk_inOrderOfInodeNumbers_isFetchedAhead() throws Exception {
    tree(1, 50);
    list(directory(0));
    List<String> paths = new ArrayList<>();
    for (int f = 0; f < 50; f++) {
      paths.add(file(directory(0), f));
    }
    List<Long> numbers = new ArrayList<>();
    for (String path : paths) {
      numbers.add(fs.getattr(find(path), null).attributes().ino());
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
    order.sort((a, b) -> Long.compareUnsigned(numbers.get(a), numbers.get(b)));
    for (int f : order) {
      readAsWritten(paths.get(f));
    }
    assertThat(fs.siblingCounts().filesUsed()).isGreaterThan(40);
    assertThat(fs.siblingCounts().wastedBytes()).isZero();
  }

  @Test
  void walk_secondTimeFromMemory_asksAhead() throws Exception {
    engine = engine(64 << 20);
    fs = fileSystem(Duration.ofSeconds(60), true);
    tree(1, 20);
    list(directory(0));
    walk(0, 0, 20);
    store.takeRequests();
    walk(0, 0, 20);
    assertThat(taken("GET")).hasSize(20).allMatch(request -> request.endsWith(" 0-0"));
    assertThat(fs.siblingCounts().filesUsed()).isEqualTo(34);
  }

  @Test
  void accidents_whileFetchingAhead_leaveTheSlotsFree() throws Exception {
    tree(8, 20);
    for (int d = 0; d < 6; d++) {
      list(directory(d));
      walk(d, 0, 2);
      Node third = find(file(directory(d), 2));
      soundVersions = 1;
      assertThatThrownBy(() -> fs.open(third, OpenFlags.O_RDONLY, ROOT))
          .isInstanceOf(IllegalStateException.class);
      soundVersions = Integer.MAX_VALUE;
      ticker.advance(Duration.ofSeconds(61)); // the next one is another walk
    }
    long before = fs.siblingCounts().files();
    list(directory(7));
    walk(7, 0, 20);
    assertThat(fs.siblingCounts().files() - before).isGreaterThan(10);
  }
}
