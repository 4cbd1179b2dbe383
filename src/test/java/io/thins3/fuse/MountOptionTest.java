package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountOptionTest {
  @Test
  void parseList_mixed_splitAtCommas() {
    assertThat(MountOption.parseList("ro,max_read=4096,,x=a=b,e="))
        .containsExactly(
            new MountOption("ro", null),
            new MountOption("max_read", "4096"),
            new MountOption("x", "a=b"),
            new MountOption("e", ""));
  }

  @Test
  void parseList_escapedComma_keptInValue() {
    assertThat(MountOption.parseList("x=a\\,b,y")).hasSize(2).first().hasToString("x=a,b");
  }

  @Test
  void parseList_empty_none() {
    assertThat(MountOption.parseList("")).isEmpty();
  }
}
