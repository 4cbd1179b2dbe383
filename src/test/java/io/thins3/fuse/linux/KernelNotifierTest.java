package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileType;
import io.thins3.fuse.Node;
import io.thins3.fuse.NodeCounts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelNotifierTest {
  private final FakeKernel kernel = new FakeKernel();
  private final Node root = new CheckingFileSystem.Named("");
  private final Node node = new CheckingFileSystem.Named("node");
  private final NodeTable nodes = new NodeTable(root, forgotten -> {});
  private final KernelNotifier notifier = new KernelNotifier(kernel, nodes);

  @AfterEach
  void end() {
    notifier.close();
  }

  private long lookUp() {
    return lookUp(node);
  }

  private long lookUp(Node node) {
    Attributes attributes =
        new Attributes(
            5, FileType.REGULAR, 0, 1, 0, 0, 0, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
    return nodes.lookedUp(new Entry(node, attributes, Duration.ZERO, Duration.ZERO), 1);
  }

  private void expectPages(long nodeId, long offset, long length) throws Exception {
    FakeKernel.Answer notice = kernel.answer();
    assertThat(notice.unique()).isZero();
    assertThat(notice.error()).isEqualTo(FuseProtocol.FUSE_NOTIFY_INVAL_INODE);
    assertThat(notice.body().getLong(0)).isEqualTo(nodeId);
    assertThat(notice.body().getLong(8)).isEqualTo(offset);
    assertThat(notice.body().getLong(16)).isEqualTo(length);
  }

  @Test
  void invalidate_nodeThatTheKernelKnows_toldForTheWholeFile() throws Exception {
    notifier.invalidate(node);
    long id = lookUp();
    notifier.invalidate(node);
    expectPages(id, 0, 0);
    notifier.invalidatePages(node, 4096, 100);
    expectPages(id, 4096, 100);
    notifier.invalidatePages(node, 10, Long.MAX_VALUE);
    expectPages(id, 10, 0);
    assertThat(kernel.poll()).as("nothing of a node that it did not know").isNull();
    assertThatThrownBy(() -> notifier.invalidatePages(node, -1, 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void invalidateEntry_anyName_parentAndNameWithNul() throws Exception {
    notifier.invalidateEntry(root, "half \uD83E");
    notifier.invalidateEntry(root, "grüße");
    FakeKernel.Answer notice = kernel.answer();
    assertThat(notice.error()).isEqualTo(FuseProtocol.FUSE_NOTIFY_INVAL_ENTRY);
    ByteBuffer body = notice.body();
    byte[] name = "grüße".getBytes(StandardCharsets.UTF_8);
    assertThat(body.getLong(0)).isEqualTo(1);
    assertThat(body.getInt(8)).isEqualTo(name.length);
    assertThat(body.remaining()).isEqualTo(16 + name.length + 1);
    byte[] sent = new byte[name.length + 1];
    body.get(16, sent);
    assertThat(sent).startsWith(name).endsWith((byte) 0);
  }

  @Test
  void directlyWritten_anyKernel_pagesOfWhatWasWritten() throws Exception {
    notifier.directlyWritten(7, 0, 10);
    expectPages(7, 0, 10);
    notifier.directlyWritten(8, 4096, 10);
    expectPages(8, 4096, 10);
  }

  @Test
  void notice_refused_theNextOneGoesOut() throws Exception {
    long id = lookUp();
    kernel.refusal = 22;
    notifier.invalidate(node);
    notifier.invalidateEntry(root, "a");
    kernel.refusal = 0;
    notifier.invalidatePages(node, 1, 2);
    FakeKernel.Answer last = kernel.answer();
    while (last.error() != FuseProtocol.FUSE_NOTIFY_INVAL_INODE) {
      last = kernel.answer();
    }
    assertThat(last.body().getLong(0)).isEqualTo(id);
  }

  @Test
  void notice_noThreadToBeHad_sentWithTheNextOne() throws Exception {
    AtomicInteger refusals = new AtomicInteger(1);
    KernelNotifier notifying =
        new KernelNotifier(
            kernel,
            nodes,
            NodeLimit.NONE,
            work ->
                new Thread(work) {
                  @Override
                  public synchronized void start() {
                    if (refusals.getAndDecrement() > 0) {
                      throw new OutOfMemoryError("unable to create native thread: a test's");
                    }
                    super.start();
                  }
                });
    long id = lookUp();
    notifying.invalidatePages(node, 4096, 100);
    assertThat(kernel.poll()).isNull();
    notifying.invalidateEntry(root, "a");
    expectPages(id, 4096, 100);
    assertThat(kernel.answer().error()).isEqualTo(FuseProtocol.FUSE_NOTIFY_INVAL_ENTRY);
    notifying.close();
  }

  /** One that the kernel can be made to forget. */
  private record Disposable(String disposableName) implements Node {}

  @Test
  void grown_beyondTheLimit_oldestNamesAreTakenAwayAndNotMadeToExpire() throws Exception {
    KernelNotifier limited = new KernelNotifier(kernel, nodes, new NodeLimit(8), Thread::new);
    limited.useExpiry(true);
    for (int i = 0; i < 8; i++) {
      lookUp(new Disposable("file" + i));
    }
    limited.grown(8);
    assertThat(kernel.poll()).isNull();
    lookUp(new Disposable("file8"));
    limited.grown(9);
    for (String name : List.of("file0", "file1")) {
      FakeKernel.Answer notice = kernel.answer();
      assertThat(notice.error()).isEqualTo(FuseProtocol.FUSE_NOTIFY_INVAL_ENTRY);
      assertThat(notice.body().getLong(0)).isEqualTo(1);
      assertThat(notice.body().getInt(12)).as("flags").isZero();
      byte[] sent = new byte[name.length()];
      notice.body().get(16, sent);
      assertThat(new String(sent, StandardCharsets.UTF_8)).isEqualTo(name);
    }
    assertThat(limited.awaitSent(Duration.ofSeconds(20))).isTrue();
    assertThat(kernel.poll()).isNull();
    assertThat(limited.nodeCounts()).isEqualTo(new NodeCounts(9, 2));
    limited.close();
  }
}
