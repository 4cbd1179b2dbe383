package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/SEMANTICS.md, Names and the tree, on a mount: which keys are files, and which names are
 * refused at once. Python speaks to the mount: it takes paths of any bytes, in every locale.
 */
@Timeout(200)
class NamesIT {
  private static final S3Server SERVER = S3Server.shared();
  private static final String ODD_PREFIX = "a prefix+%41&é/";

  /** Each is a name, in a directory of its own kind, too. */
  private static final List<String> NAMES =
      List.of(
          "\u0001control\u001f\u007f",
          "\u0080c1\u009f",
          "new\nline",
          "tab\t",
          "carriage\rreturn",
          "\n",
          " leading",
          "trailing ",
          "two  spaces",
          " ",
          "plus+plus",
          "percent%41%2F%",
          "hash#",
          "and&amp;",
          "question?x=1",
          "star*",
          "back\\slash",
          "'single' \"double\" `back`",
          "<less> and >",
          "semi;colon:equals=at@comma,",
          "~!$()[]{}|^",
          "...",
          ".hidden",
          "-dash",
          "emoji\ud83d\ude00\ud83d\udc69\u200d\ud83d\ude80",
          "nfc-\u00e9",
          "nfd-e\u0301",
          "\u65e5\u672c\u8a9e",
          "\u0627\u0644\u0639",
          "\u202eright to left",
          "byte order \ufeff",
          "replacement \ufffd",
          "last of the plane \uffff",
          "four bytes \udbff\udffd",
          "x".repeat(255),
          "\u65e5".repeat(85));

  private static final String SCRIPT =
      """
      import os, sys
      mount, how = os.fsencode(sys.argv[1]), sys.argv[2]
      os.chdir(mount)
      def show(path):
          s = os.stat(path)
          with open(path, 'rb') as f:
              print(path.hex(), s.st_size, f.read().hex())
      if how == 'walk':
          for top, directories, files in os.walk(b'.'):
              for name in files:
                  show(os.path.join(top, name)[2:])
      else:
          for line in open(sys.argv[3]):
              show(bytes.fromhex(line.strip()))
      """;

  private static final String REFUSED =
      """
      import os, sys, errno
      os.chdir(os.fsencode(sys.argv[1]))
      def e(what, f, *a):
          try: f(*a); print(what, 'done')
          except OSError as x: print(what, errno.errorcode[x.errno])
      for name in (b'\\xff', b'a\\xfe', b'\\xc0\\xaf', b'\\xed\\xa0\\x80', b'\\xf4\\x90\\x80\\x80', b'\\xe6\\x97'):
          e(name.hex(), os.stat, name)
          e(name.hex(), os.open, name, os.O_RDWR | os.O_CREAT)
          e(name.hex(), os.mkdir, name)
      for name in (b'x' * 256, '\\u65e5'.encode() * 86):
          e(len(name), os.stat, name)
          e(len(name), os.open, name, os.O_RDWR | os.O_CREAT)
          e(len(name), os.mkdir, name)
      """;

  @TempDir Path temporary = Path.of("/nowhere");

  private final String bucket = SERVER.createBucket();
  private Path mount = Path.of("/nowhere");

  @BeforeEach
  void directory() throws Exception {
    Assumptions.assumeThat(SERVER.isMinio()).as("s3proxy has shorter names").isTrue();
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  private Thins3Process mounted(String prefix, String... options) throws Exception {
    String what = prefix.isEmpty() ? bucket : bucket + ":" + prefix;
    return MountCommand.of(SERVER, what, mount).mount(options);
  }

  private String python(String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add("python3");
    command.add(Files.writeString(temporary.resolve("script.py"), script).toString());
    command.add(mount.toString());
    command.addAll(List.of(arguments));
    Shell.Result result = Shell.run(Map.of("PYTHONUTF8", "1"), command);
    assertThat(result.exitCode()).as(result.out()).isZero();
    return result.out();
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  /** Paths below the mount, with what they hold. */
  private static Map<String, String> files(String prefix) {
    Map<String, String> files = new TreeMap<>();
    for (String name : NAMES) {
      files.put(name, "file " + name);
      files.put("directories/" + name + "/" + name, "below " + name);
    }
    files.put(longest(prefix, 1024), "the longest key");
    return files;
  }

  /** A path whose key has so many bytes. */
  private static String longest(String prefix, int bytes) {
    int left = bytes - prefix.getBytes(UTF_8).length - "long/".length();
    StringBuilder path = new StringBuilder("long/");
    while (left > 201) {
      path.append("\u65e5".repeat(66)).append("zz/");
      left -= 201;
    }
    return path + "z".repeat(left);
  }

  @ParameterizedTest
  @CsvSource({"linux, ''", "linux, " + ODD_PREFIX, "libfuse, ''"})
  void keys_ofAnyCharacters_areListedFoundAndRead(String transport, String prefix)
      throws Exception {
    Map<String, String> files = files(prefix);
    files.forEach((path, content) -> SERVER.put(bucket, prefix + path, content.getBytes(UTF_8)));
    SERVER.put(bucket, "elsewhere", new byte[1]);
    if (prefix.isEmpty()) {
      files.put("elsewhere", "\0");
    }
    List<String> expected = new ArrayList<>();
    files.forEach(
        (path, content) ->
            expected.add(hex(path) + " " + content.getBytes(UTF_8).length + " " + hex(content)));
    Path paths =
        Files.write(temporary.resolve("paths"), files.keySet().stream().map(NamesIT::hex).toList());

    for (String how : List.of("walk", "lookup")) {
      try (Thins3Process thins3 = mounted(prefix, "--transport", transport)) {
        assertThat(python(SCRIPT, how, paths.toString()).lines())
            .as(how)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(thins3.terminate()).as(thins3.output()).isZero();
        assertThat(thins3.output()).doesNotContain("WARN", "ERROR");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void names_thatCannotBe_areRefusedWithoutARequest(String transport) throws Exception {
    SERVER.put(bucket, "there", new byte[1]);
    try (Thins3Process thins3 = mounted("", "--transport", transport, "--debug_s3")) {
      long before = requests(thins3);
      List<String> answers = python(REFUSED).lines().toList();

      assertThat(answers).hasSize(8 * 3);
      assertThat(answers.subList(0, 18)).allMatch(line -> line.endsWith(" EILSEQ"));
      assertThat(answers.subList(18, 24)).allMatch(line -> line.endsWith(" ENAMETOOLONG"));
      assertThat(requests(thins3)).as(thins3.output()).isEqualTo(before);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"linux, ''", "linux, " + ODD_PREFIX, "libfuse, " + ODD_PREFIX})
  void keys_over1024Bytes_areRefusedWithoutARequest(String transport, String prefix)
      throws Exception {
    String there = longest(prefix, 1023);
    SERVER.put(bucket, prefix + there, new byte[1]);
    String script =
        """
        import os, sys, errno
        os.chdir(os.fsencode(sys.argv[1]))
        there, name = os.path.split(bytes.fromhex(sys.argv[2]))
        os.stat(there)
        for last in (name, name + b'z', name + b'zz', name[:-2] + '\\u65e5\\u65e5'.encode()):
            for f in (os.stat, lambda p: os.open(p, os.O_RDWR | os.O_CREAT), os.mkdir, os.listdir):
                path = os.path.join(there, last)
                try: f(path); print(len(last) - len(name), 'done')
                except OSError as x: print(len(last) - len(name), errno.errorcode[x.errno])
        """;
    try (Thins3Process thins3 =
        mounted(prefix, "--transport", transport, "--debug_s3", "--metadata-ttl", "10m")) {
      List<String> answers = python(script, hex(there)).lines().toList();

      assertThat(answers.subList(0, 8))
          .containsExactly(
              "0 done",
              "0 done",
              "0 EEXIST",
              "0 ENOTDIR",
              "1 ENOENT",
              "1 done",
              "1 EEXIST",
              "1 ENOTDIR");
      assertThat(answers.subList(8, 16)).allMatch(line -> line.endsWith(" ENAMETOOLONG"));
      assertThat(thins3.output().lines().filter(line -> line.contains("zzz: ")))
          .as("1024 bytes may be asked for, more may not")
          .isNotEmpty()
          .allMatch(
              line ->
                  line.replaceAll(".*s3://[^/]*/(.*?): .*", "$1").getBytes(UTF_8).length <= 1024);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  private static long requests(Thins3Process thins3) throws Exception {
    return thins3
        .output()
        .lines()
        .filter(line -> line.matches(".* (HEAD|LIST|GET) s3://.*"))
        .count();
  }
}
