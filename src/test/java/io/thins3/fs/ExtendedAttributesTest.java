package io.thins3.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.CacheLimits;
import io.thins3.read.ReadEngine;
import io.thins3.read.StoreRangeSource;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedAttributesTest {
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Caller ROOT = new Caller(0, 0, 1);
  private static final int CREATE = 1;
  private static final int REPLACE = 2;

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();
  private final BucketMount readOnly = Mounts.mount("", TTL, Duration.ofSeconds(1));
  private final ObjectFileSystem fs = fileSystem(Mounts.writable(readOnly), Runnable::run);

  private ObjectFileSystem fileSystem(BucketMount mount, Executor executor) {
    Duration timeout = Duration.ofSeconds(30);
    return new ObjectFileSystem(
        List.of(
            new ServedBucket(
                mount,
                store,
                mount.readOnly() ? null : store,
                executor,
                new StoreRangeSource(store, Runnable::run, true, timeout, timeout))),
        Clock.systemUTC(),
        ticker,
        CacheLimits.ofBytes(1 << 20),
        new ReadEngine(
            new MemoryBudget(4 << 20, ticker::read, Runnable::run),
            (delay, action) -> action.run(),
            ticker::read,
            timeout),
        timeout);
  }

  private static Node node(ObjectFileSystem fs, String name) throws FuseException {
    return Objects.requireNonNull(fs.lookup(fs.root(), name, ROOT).entry()).node();
  }

  private static void assertErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FuseException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private List<String> requests(String verb) {
    return store.takeRequests().stream().filter(request -> request.startsWith(verb)).toList();
  }

  @Test
  void user_setGetListRemove_followSetxattr() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");

    assertErrno(Errno.ENODATA, () -> fs.getxattr(file, "user.a"));
    assertErrno(Errno.ENODATA, () -> fs.setxattr(file, "user.a", bytes("1"), REPLACE, ROOT));
    fs.setxattr(file, "user.a", bytes("1"), CREATE, ROOT);
    assertErrno(Errno.EEXIST, () -> fs.setxattr(file, "user.a", bytes("2"), CREATE, ROOT));
    fs.setxattr(file, "user.a", bytes("3"), REPLACE, ROOT);
    fs.setxattr(file, "user.Größe", new byte[] {0, -1}, 0, ROOT);
    fs.setxattr(file, "user.empty", new byte[0], 0, ROOT);
    assertErrno(Errno.EINVAL, () -> fs.setxattr(file, "user.", bytes("2"), 0, ROOT));
    assertErrno(Errno.EINVAL, () -> fs.setxattr(file, "user.b", bytes("2"), 3, ROOT));

    assertThat(fs.getxattr(file, "user.a")).isEqualTo(bytes("3"));
    assertThat(fs.getxattr(file, "user.Größe")).containsExactly(0, -1);
    assertThat(fs.getxattr(file, "user.empty")).isEmpty();
    assertThat(fs.listxattr(file)).containsExactly("user.Größe", "user.a", "user.empty");

    fs.removexattr(file, "user.a", ROOT);
    assertErrno(Errno.ENODATA, () -> fs.removexattr(file, "user.a", ROOT));
    assertThat(fs.listxattr(file)).containsExactly("user.Größe", "user.empty");
  }

  @Test
  void store_attributes_areReadNotListedAndNotChanged() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");

    assertThat(fs.getxattr(file, "s3.etag")).isEqualTo(bytes("\"1\""));
    assertThat(fs.getxattr(file, "s3.storage-class")).isEqualTo(bytes("STANDARD"));
    assertThat(new String(fs.getxattr(file, "s3.checksum"), UTF_8)).matches("[A-Z0-9]+:[^ ]+");
    assertErrno(Errno.ENODATA, () -> fs.getxattr(file, "s3.version-id"));
    assertErrno(Errno.ENODATA, () -> fs.getxattr(file, "s3.other"));
    assertThat(fs.listxattr(file)).isEmpty();
    assertErrno(Errno.EPERM, () -> fs.setxattr(file, "s3.etag", bytes("x"), 0, ROOT));
    assertErrno(Errno.EPERM, () -> fs.removexattr(file, "s3.etag", ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "security.capability",
        "security.selinux",
        "system.posix_acl_access",
        "trusted.x",
        "user",
        "s3"
      })
  void otherNamespaces_areRefusedWithoutARequest(String name) throws Exception {
    store.put("f", "x").put("d/x", "x");
    Node file = node(fs, "f");
    Node directory = node(fs, "d");
    store.takeRequests();

    for (Node node : List.of(file, directory, fs.root())) {
      assertErrno(Errno.EOPNOTSUPP, () -> fs.getxattr(node, name));
      assertErrno(Errno.EOPNOTSUPP, () -> fs.setxattr(node, name, bytes("x"), 0, ROOT));
      assertErrno(Errno.EOPNOTSUPP, () -> fs.removexattr(node, name, ROOT));
    }
    assertThat(store.requests()).isEmpty();
  }

  @Test
  void details_areAskedOnceForAVersionAndTtl() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    store.takeRequests();

    fs.listxattr(file);
    fs.getxattr(file, "s3.etag");
    assertErrno(Errno.ENODATA, () -> fs.getxattr(file, "user.a"));
    assertThat(store.takeRequests()).containsExactly("HEAD f details");

    ticker.advance(TTL.plusSeconds(1));
    fs.listxattr(file);
    assertThat(store.takeRequests()).containsExactly("HEAD f details");
  }

  @Test
  void version_replacedByOthers_isStale() throws Exception {
    store.put("f", "x");
    Node old = node(fs, "f");
    store.put("f", "y");

    assertErrno(Errno.ESTALE, () -> fs.getxattr(old, "s3.etag"));
    assertErrno(Errno.ESTALE, () -> fs.setxattr(old, "user.a", bytes("1"), 0, ROOT));
    Node now = node(fs, "f");
    assertThat(now).isNotSameAs(old);
    assertThat(fs.getxattr(now, "s3.etag")).isEqualTo(bytes("\"2\""));

    store.remove("f");
    assertErrno(Errno.ESTALE, () -> fs.setxattr(now, "user.a", bytes("1"), 0, ROOT));
    assertThat(fs.lookup(fs.root(), "f", ROOT).entry()).isNull();
  }

  @Test
  void set_correctsWhatIsCachedAtOnce() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    var before = fs.getattr(file, null).attributes().mtime();

    fs.setxattr(file, "user.a", bytes("1"), 0, ROOT);

    assertThat(node(fs, "f")).as("the same version").isSameAs(file);
    assertThat(fs.getattr(file, null).attributes().mtime()).isEqualTo(before.plusSeconds(1));
    assertThat(fs.getxattr(file, "user.a")).isEqualTo(bytes("1"));
  }

  @Test
  void set_metadataOfOthers_isKept() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    fs.listxattr(file);
    ObjectFileSystem other = fileSystem(Mounts.writable(readOnly), Runnable::run);
    other.setxattr(node(other, "f"), "user.theirs", bytes("1"), 0, ROOT);

    fs.setxattr(file, "user.ours", bytes("2"), 0, ROOT);

    assertThat(fs.listxattr(file)).containsExactly("user.ours", "user.theirs");
  }

  @Test
  void set_beyond2KiB_isRefusedAndChangesNothing() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    int room = 2048 - "x-amz-meta-".length() - 1;
    store.takeRequests();

    assertErrno(
        Errno.ENOSPC, () -> fs.setxattr(file, "user.a", bytes("x".repeat(room + 1)), 0, ROOT));
    assertThat(requests("COPY")).isEmpty();
    fs.setxattr(file, "user.a", bytes("x".repeat(room)), 0, ROOT);
    assertErrno(Errno.ENOSPC, () -> fs.setxattr(file, "user.b", bytes("x"), 0, ROOT));

    assertThat(fs.getxattr(file, "user.a")).hasSize(room);
    assertThat(fs.listxattr(file)).containsExactly("user.a");
  }

  @Test
  void change_readOnly_isRefusedWithoutARequest() throws Exception {
    store.put("f", "x");
    ObjectFileSystem fixed = fileSystem(readOnly, Runnable::run);
    Node file = node(fixed, "f");
    store.takeRequests();

    assertErrno(Errno.EROFS, () -> fixed.setxattr(file, "user.a", bytes("1"), 0, ROOT));
    assertErrno(Errno.EROFS, () -> fixed.removexattr(file, "user.a", ROOT));
    assertThat(store.requests()).isEmpty();
  }

  @Test
  void directory_hasThoseOfItsMarker() throws Exception {
    store.put("d/", "").put("implicit/x", "x");
    Node marked = node(fs, "d");
    Node implicit = node(fs, "implicit");

    fs.setxattr(marked, "user.a", bytes("1"), 0, ROOT);
    assertThat(fs.listxattr(marked)).containsExactly("user.a");
    assertThat(fs.listxattr(implicit)).isEmpty();
    assertErrno(Errno.ENODATA, () -> fs.getxattr(implicit, "user.a"));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.setxattr(implicit, "user.a", bytes("1"), 0, ROOT));

    store.takeRequests();
    assertThat(fs.listxattr(fs.root())).isEmpty();
    assertErrno(Errno.ENODATA, () -> fs.getxattr(fs.root(), "user.a"));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.setxattr(fs.root(), "user.a", bytes("1"), 0, ROOT));
    assertThat(store.requests()).isEmpty();
  }

  @Test
  void failure_ofTheStore_hasItsErrno() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    store.setFault(
        request -> {
          if (request.startsWith("COPY")) {
            throw MemoryObjectStore.failure(Kind.ACCESS_DENIED, "f");
          }
        });
    assertErrno(Errno.EACCES, () -> fs.setxattr(file, "user.a", bytes("1"), 0, ROOT));
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.SERVER_ERROR, "f");
        });
    assertErrno(Errno.EIO, () -> fs.listxattr(file));
    store.setFault(request -> {});
    assertThat(fs.listxattr(file)).isEmpty();
  }

  @Test
  void set_manyAtOnce_noneIsLost() throws Exception {
    store.put("f", "x");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      ObjectFileSystem parallel = fileSystem(Mounts.writable(readOnly), threads);
      Node file = node(parallel, "f");
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String name = "user.n" + i;
        all.add(
            callers.submit(
                () -> {
                  parallel.setxattr(file, name, bytes("1"), CREATE, ROOT);
                  return name;
                }));
      }
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
      assertThat(parallel.listxattr(file)).hasSize(40);
    } finally {
      callers.shutdownNow();
      threads.shutdownNow();
    }
  }

  /** Others may change metadata without another version: what is refreshed is asked for again. */
  @Test
  void refresh_metadataChangedByOthers_isSeen() throws Exception {
    store.put("d/f", "x").put("d/", "").put("g", "x");
    ObjectFileSystem other = fileSystem(Mounts.writable(readOnly), Runnable::run);
    for (String path : List.of("d/f", "d", "")) {
      Node directory = node(fs, "d");
      Node file = Objects.requireNonNull(fs.lookup(directory, "f", ROOT).entry()).node();
      fs.listxattr(file);
      fs.listxattr(directory);
      fs.listxattr(node(fs, "g"));
      String name = "user.after-" + path.replace('/', '-');
      Node theirs =
          Objects.requireNonNull(other.lookup(node(other, "d"), "f", ROOT).entry()).node();
      other.setxattr(theirs, name, bytes("1"), 0, ROOT);
      store.takeRequests();

      fs.refresh(path);

      assertThat(fs.listxattr(file)).as(path).contains(name);
      fs.listxattr(node(fs, "g"));
      assertThat(requests("HEAD g details")).as(path).hasSize(path.isEmpty() ? 1 : 0);
    }
  }

  @Test
  void refresh_whileAHeadIsOnItsWay_itsAnswerIsNotKept() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    store.setFault(
        request -> {
          if (request.endsWith("details")) {
            fs.refresh("f");
          }
        });
    fs.listxattr(file);
    store.setFault(request -> {});
    store.takeRequests();

    fs.listxattr(file);
    assertThat(requests("HEAD f details")).hasSize(1);
  }

  /** docs/SEMANTICS.md: setting it does what {@code thins3 refresh} does, and stores nothing. */
  @Test
  void setRefresh_dropsWhatIsKnownBelow_andStoresNothing() throws Exception {
    store.put("d/", "").put("d/f", "x").put("g", "x");
    ObjectFileSystem fixed = fileSystem(readOnly, Runnable::run);
    for (ObjectFileSystem each : List.of(fs, fixed)) {
      Node directory = node(each, "d");
      each.lookup(directory, "f", ROOT);
      each.listxattr(directory);
      store.takeRequests();
      assertErrno(Errno.ENODATA, () -> each.getxattr(directory, "user.thins3.refresh"));
      assertErrno(Errno.ENODATA, () -> each.removexattr(directory, "user.thins3.refresh", ROOT));

      each.setxattr(directory, "user.thins3.refresh", new byte[0], 0, ROOT);

      assertThat(store.takeRequests()).isEmpty();
      each.lookup(directory, "f", ROOT);
      assertThat(requests("HEAD d/f")).hasSize(1);
      assertThat(each.listxattr(directory)).isEmpty();

      each.setxattr(each.root(), "user.thins3.refresh", bytes("1"), CREATE, ROOT);
      each.lookup(directory, "f", ROOT);
      assertThat(requests("HEAD d/f")).hasSize(1);
    }
  }

  @Test
  void absence_ofAFile_isNotBelievedOnceItIsThereAgain() throws Exception {
    store.put("f", "x");
    Node gone = node(fs, "f");
    store.remove("f");
    assertErrno(Errno.ESTALE, () -> fs.getxattr(gone, "s3.etag"));
    store.put("f", "y");
    ticker.advance(Duration.ofMillis(1)); // well within --negative-ttl
    fs.refresh("f");

    assertThat(fs.getxattr(node(fs, "f"), "s3.etag")).isEqualTo(bytes("\"2\""));
  }

  @Test
  void absence_ofAFile_isNotBelieved() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    store.remove("f");
    assertErrno(Errno.ESTALE, () -> fs.listxattr(file));
    store.put("f", "x"); // the same ETag, or another one
    store.takeRequests();

    try {
      fs.listxattr(file);
    } catch (FuseException e) {
      assertThat(e.errno()).isEqualTo(Errno.ESTALE);
    }
    assertThat(requests("HEAD f details")).as("asked again").hasSize(1);
  }

  @Test
  void setxattr_refreshAttribute_forgetsWhatIsKnownBelowAndStoresNothing() throws Exception {
    ObjectFileSystem reading = fileSystem(readOnly, Runnable::run);
    store.put("d/f", "1");
    Node directory = node(reading, "d");
    assertThat(Objects.requireNonNull(reading.lookup(directory, "f", ROOT).entry()).attributes())
        .satisfies(attributes -> assertThat(attributes.size()).isEqualTo(1));
    store.put("d/f", "22");
    store.takeRequests();

    reading.setxattr(directory, ObjectFileSystem.REFRESH_ATTRIBUTE, bytes("1"), 0, ROOT);
    reading.setxattr(reading.root(), ObjectFileSystem.REFRESH_ATTRIBUTE, bytes(""), 0, ROOT);

    assertThat(store.takeRequests()).isEmpty();
    assertThat(Objects.requireNonNull(reading.lookup(directory, "f", ROOT).entry()).attributes())
        .satisfies(attributes -> assertThat(attributes.size()).isEqualTo(2));
  }

  /** fstat(2) of a file that is open is answered by its node: that learns of the change, too. */
  @Test
  void set_fileIsOpen_itsTimeIsThatOfTheChange() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    var handle = fs.open(file, 0, ROOT).handle();
    var before = fs.getattr(file, null).attributes().mtime();

    fs.setxattr(file, "user.a", bytes("1"), 0, ROOT);
    store.takeRequests();

    assertThat(fs.getattr(file, null).attributes().mtime()).isEqualTo(before.plusSeconds(1));
    assertThat(fs.getattr(file, handle).attributes().mtime()).isEqualTo(before.plusSeconds(1));
    assertThat(node(fs, "f")).isSameAs(file);
    assertThat(fs.getxattr(file, "user.a")).isEqualTo(bytes("1"));
    assertThat(store.takeRequests()).as("all is known").isEmpty();
    fs.release(handle);
  }

  @Test
  void set_afterwardsTheStoreDoesNotSayWhatBecame_isDoneAllTheSame() throws Exception {
    store.put("f", "x");
    Node file = node(fs, "f");
    java.util.concurrent.atomic.AtomicBoolean copied =
        new java.util.concurrent.atomic.AtomicBoolean();
    store.setFault(
        request -> {
          if (request.startsWith("COPY")) {
            copied.set(true);
          } else if (copied.get()) {
            throw MemoryObjectStore.failure(Kind.SERVER_ERROR, "f");
          }
        });

    fs.setxattr(file, "user.a", bytes("1"), 0, ROOT);

    store.setFault(request -> {});
    assertThat(fs.getxattr(file, "user.a")).isEqualTo(bytes("1"));
  }
}
