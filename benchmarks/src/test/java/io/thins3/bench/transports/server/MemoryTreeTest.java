package io.thins3.bench.transports.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MemoryTreeTest {
  private final MemoryTree tree = new MemoryTree(3);

  private MemoryNode found(String path) {
    return Objects.requireNonNull(tree.find(path), path);
  }

  @Test
  void find_pathsOfEveryDepth_givesTheNode() {
    assertThat(tree.find("/")).isSameAs(tree.root());
    assertThat(found("/late").late).isTrue();
    assertThat(found("/prompt").late).isFalse();
    assertThat(found("/listed-3/entry-00002").name).isEqualTo("entry-00002");
  }

  @Test
  void find_absentNames_isNull() {
    assertThat(tree.find("/absent")).isNull();
    assertThat(tree.find("/absent/below")).isNull();
    assertThat(tree.find("/listed-3/entry-00003")).isNull();
    assertThat(tree.find("/late/below")).isNull();
  }

  @Test
  void bytes_acrossTheEndOfThePattern_goOnAtItsBeginning() {
    long offset = 5L * MemoryTree.PATTERN_BYTES - 3;

    List<ByteBuffer> pieces = tree.bytes(offset, 8);

    assertThat(pieces).hasSize(2);
    ByteBuffer pattern = tree.pattern();
    assertThat(pieces.get(0)).isEqualTo(pattern.slice(MemoryTree.PATTERN_BYTES - 3, 3));
    assertThat(pieces.get(1)).isEqualTo(pattern.slice(0, 5));
  }

  @Test
  void length_aroundTheEndOfAFile_isCut() {
    MemoryNode file = found("/late");

    assertThat(MemoryTree.length(file, ServedNames.LARGE_BYTES - 1, 10)).isEqualTo(1);
    assertThat(MemoryTree.length(file, ServedNames.LARGE_BYTES, 10)).isZero();
    assertThat(MemoryTree.length(file, 0, 10)).isEqualTo(10);
  }
}
