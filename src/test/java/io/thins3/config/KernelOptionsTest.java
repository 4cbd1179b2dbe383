package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KernelOptionsTest {
  @Test
  void collect_severalSources_addUpAndTheLaterReplaces() throws Exception {
    KernelOptions options =
        collect(
            List.of("default_permissions"),
            List.of(
                Map.of("o", "nonempty,max_read=2,ro", "nosuid", "", "noatime", "false"),
                Map.of("fuse-options", "max_read=1,fsname=x,rw", "allow_other", "true")));
    assertThat(options.others())
        .containsExactly("default_permissions", "allow_other", "max_read=2", "nosuid", "nonempty");
    assertThat(options.fsName()).isEqualTo("x");
    assertThat(options.subtype()).isEqualTo("thins3");
    assertThat(options.readOnly()).isTrue();
  }

  @Test
  void collect_nothing_isTheDefault() throws Exception {
    assertThat(collect(List.of(), List.of()))
        .isEqualTo(new KernelOptions(null, "thins3", false, List.of()));
  }

  @Test
  void collect_badName_isRefused() {
    assertThatThrownBy(() -> collect(List.of(), List.of(Map.of("o", "fsname=a b"))))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "mount option fsname: 'a b' is not a valid name; it must not be empty or have blanks or"
                + " commas");
    assertThatThrownBy(() -> collect(List.of(), List.of(Map.of("o", "subtype"))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("mount option subtype: ''");
  }

  private static KernelOptions collect(List<String> always, List<Map<String, String>> maps)
      throws UserException {
    List<OptionLayer> layers = maps.stream().map(map -> OptionValuesTest.map("m", map)).toList();
    return KernelOptions.collect(always, new OptionValues(layers, new Warnings()));
  }
}
