package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionsTest {
  @Test
  void all_namesAndAliases_areUnique() {
    List<String> names = new ArrayList<>();
    for (Option<?> option : Options.all()) {
      names.add(Option.normalised(option.name()));
      option.aliases().forEach(alias -> names.add(Option.normalised(alias.name())));
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void all_environmentVariables_areUniqueAndNotReserved() {
    List<String> names = Options.all().stream().map(Option::environmentVariable).toList();
    assertThat(names).doesNotHaveDuplicates().noneMatch(EnvironmentNames::isReserved);
    assertThat(Options.METADATA_TTL.environmentVariable()).isEqualTo("THINS3_METADATA_TTL");
    assertThat(Options.DEBUG_S3.environmentVariable()).isEqualTo("THINS3_DEBUG_S3");
  }

  @Test
  void secrets_onCommandLinesAndInTheEnvironment_doNotExist() {
    assertThat(Options.all())
        .filteredOn(option -> option.type().isSecret())
        .hasSize(3)
        .allSatisfy(
            option -> {
              assertThat(option.isAcceptedFrom(OptionSource.MOUNT_COMMAND)).isFalse();
              assertThat(option.isAcceptedFrom(OptionSource.FLUID_COMMAND)).isFalse();
              assertThat(option.isAcceptedFrom(OptionSource.ENVIRONMENT)).isFalse();
            });
  }

  @Test
  void all_namesOfGoofys_areThere() {
    for (String name :
        List.of(
            "endpoint",
            "region",
            "profile",
            "uid",
            "gid",
            "file-mode",
            "dir-mode",
            "stat-cache-ttl",
            "type-cache-ttl",
            "http-timeout",
            "subdomain",
            "no-implicit-dir",
            "cheap",
            "debug_fuse",
            "debug_s3",
            "o")) {
      assertThat(Options.all())
          .as(name)
          .anyMatch(
              option -> option.hasName(name) && option.isAcceptedFrom(OptionSource.MOUNT_COMMAND));
    }
  }

  @Test
  void all_descriptions_areSentences() {
    assertThat(Options.all())
        .allSatisfy(option -> assertThat(option.description()).matches("[A-Za-z].*\\."));
  }
}
