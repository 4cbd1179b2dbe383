package io.thins3;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules that keep a change in one place: which package may use which, and who alone knows a
 * library. The table is the one of docs/DEVELOPMENT.md; a new package needs a line in both.
 */
class ArchitectureTest {
  private static final String ROOT = "io.thins3.";
  private static final int LONGEST_FILE_LINES = 500;

  /** For each package the other packages of the project that it may use. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("config", Set.of()),
          Map.entry("memory", Set.of("config")),
          Map.entry("ops", Set.of("config")),
          Map.entry("store", Set.of("config", "store.http")),
          Map.entry("store.http", Set.of()),
          Map.entry("fluid", Set.of("config")),
          Map.entry("fuse", Set.of()),
          Map.entry("fuse.libfuse", Set.of("fuse")),
          Map.entry("fuse.linux", Set.of("fuse")),
          Map.entry("meta", Set.of("store", "config")),
          Map.entry("read", Set.of("store", "config", "memory")),
          Map.entry("write", Set.of("store", "config", "memory")),
          Map.entry("fs", Set.of("fuse", "meta", "read", "write", "store", "config")),
          Map.entry(
              "cli",
              Set.of(
                  "config",
                  "fluid",
                  "fs",
                  "fuse",
                  "fuse.libfuse",
                  "fuse.linux",
                  "memory",
                  "meta",
                  "ops",
                  "read",
                  "store",
                  "write")));

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.thins3");

  @Test
  void packages_all_haveALineInTheTable() {
    Set<String> found =
        PRODUCT.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.substring(ROOT.length()))
            .collect(toCollection(TreeSet::new));

    assertThat(found).isNotEmpty();
    assertThat(MAY_USE.keySet()).containsAll(found);
  }

  @TestFactory
  Stream<DynamicTest> packages_each_useOnlyWhatTheTableAllows() {
    return MAY_USE.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> assertUsesOnly(entry.getKey(), entry.getValue())));
  }

  private void assertUsesOnly(String user, Set<String> used) {
    List<String> allowed = new ArrayList<>();
    allowed.add(ROOT + user);
    used.forEach(name -> allowed.add(ROOT + name));
    classes()
        .that()
        .resideInAPackage(ROOT + user)
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("io.thins3..")
                .or(resideInAnyPackage(allowed.toArray(String[]::new))))
        .allowEmptyShould(true)
        .check(PRODUCT);
  }

  @Test
  void packages_topLevel_haveNoCycles() {
    slices().matching("io.thins3.(*)..").should().beFreeOfCycles().check(PRODUCT);
  }

  @Test
  void packages_all_areNullMarked() {
    Set<String> unmarked =
        PRODUCT.stream()
            .map(JavaClass::getPackage)
            .filter(candidate -> !candidate.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(toSet());

    assertThat(unmarked).isEmpty();
  }

  @Test
  void jnr_onlyFuse_knowsIt() {
    assertOnlyUserOf("io.thins3.fuse..", "jnr..", "ru.serce..", "com.kenai..");
  }

  @Test
  void awsSdk_onlyStore_knowsIt() {
    assertOnlyUserOf("io.thins3.store..", "software.amazon..");
  }

  @Test
  void picocli_onlyCli_knowsIt() {
    assertOnlyUserOf("io.thins3.cli..", "picocli..");
  }

  private void assertOnlyUserOf(String user, String... libraries) {
    noClasses()
        .that(resideOutsideOfPackage(user))
        .should()
        .dependOnClassesThat(resideInAnyPackage(libraries))
        .check(PRODUCT);
  }

  @Test
  void exit_onlyCli_endsTheProcess() {
    noClasses()
        .that(resideOutsideOfPackage("io.thins3.cli.."))
        .should()
        .accessTargetWhere(uses(System.class, "exit"))
        .orShould()
        .accessTargetWhere(uses(Runtime.class, "exit"))
        .orShould()
        .accessTargetWhere(uses(Runtime.class, "halt"))
        .check(PRODUCT);
  }

  @Test
  void standardStreams_onlyCliAndTheLog_useThem() {
    noClasses()
        .that(resideOutsideOfPackages("io.thins3.cli..", "io.thins3.ops.."))
        .should(ACCESS_STANDARD_STREAMS)
        .because("a log line says more, and stderr belongs to the one line for the user")
        .check(PRODUCT);
  }

  @Test
  void logging_everywhere_goesThroughSlf4j() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("java.util.logging.."))
        .check(PRODUCT);
  }

  @Test
  void sleeping_nowhere_replacesACondition() {
    noClasses()
        .should()
        .accessTargetWhere(uses(Thread.class, "sleep"))
        .orShould()
        .accessTargetWhere(uses(TimeUnit.class, "sleep"))
        .because("a wait has a condition and a deadline")
        .check(PRODUCT);
  }

  @Test
  void unsafe_nowhere_isUsed() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("sun.misc..").and(name("sun.misc.Unsafe")))
        .check(PRODUCT);
  }

  @Test
  void staticFields_everywhere_areFinal() {
    fields().that().areStatic().should().beFinal().check(PRODUCT);
  }

  /** Calls of a method, and references to it. */
  private static DescribedPredicate<JavaAccess<?>> uses(Class<?> type, String method) {
    return describe(
        type.getSimpleName() + "." + method,
        access -> access.getTargetOwner().isEquivalentTo(type) && access.getName().equals(method));
  }

  @Test
  void sourceFiles_all_areShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(Path.of("src"))) {
      files = walk.filter(path -> path.toString().endsWith(".java")).toList();
    }
    for (Path file : files) {
      int lines = Files.readAllLines(file).size();
      if (lines > LONGEST_FILE_LINES) {
        tooLong.add(file + ": " + lines + " lines, at most " + LONGEST_FILE_LINES);
      }
    }

    assertThat(files).hasSizeGreaterThan(20);
    assertThat(tooLong).isEmpty();
  }
}
