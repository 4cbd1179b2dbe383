package io.thins3.fs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserMetadataTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "plain text, with = and ?", "~!@#$%^&*()", "x=", "[1,2]"})
  void value_plainAscii_isStoredAsItIs(String text) {
    assertThat(UserMetadata.value(text.getBytes(UTF_8))).isEqualTo(text);
    assertThat(UserMetadata.bytes(text)).isEqualTo(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "'',=?UTF-8?B??=",
    "' a',=?UTF-8?B?IGE=?=",
    "'a ',=?UTF-8?B?YSA=?=",
    "'a  b',=?UTF-8?B?YSAgYg==?=",
    "é,=?UTF-8?B?w6k=?=",
    "=?UTF-8?B?w6k=?=,=?UTF-8?B?PT9VVEYtOD9CP3c2az0/PQ==?=",
  })
  void value_thatAHeaderCannotCarry_isAnEncodedWord(String text, String header) {
    assertThat(UserMetadata.value(text.getBytes(UTF_8))).isEqualTo(header);
    assertThat(UserMetadata.bytes(header)).isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void value_anyBytes_comeBack() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        for (int j = 0; j < bytes.length; j++) {
          bytes[j] = (byte) " =?UBQab-8".charAt(Math.floorMod(bytes[j], 10));
        }
      }
      String header = UserMetadata.value(bytes);
      assertThat(header).as("seed %d", seed).matches("[!-~]([ -~]*[!-~])?").doesNotContain("  ");
      assertThat(UserMetadata.bytes(header)).as("seed %d: %s", seed, header).isEqualTo(bytes);
      assertThat(UserMetadata.again(header)).isEqualTo(header);
    }
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(UserMetadata.value(all)).startsWith("=?binary?B?");
    assertThat(UserMetadata.bytes(UserMetadata.value(all))).isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource({
    // as MinIO breaks long values
    "'=?UTF-8?b?w6k=?= =?UTF-8?b?w6g=?=',éè",
    "=?utf-8?q?a_=C3=A9?=,a é",
    "=?UTF-8*en?Q?x?=,x",
  })
  void bytes_wordsOfOthers_areRead(String header, String text) {
    assertThat(new String(UserMetadata.bytes(header), UTF_8)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=?",
        "=?UTF-8?B?***?=",
        "=?UTF-8?Q?=zz?=",
        "=?koi8-r?B?YQ==?=",
        "=?UTF-8?B?YQ==?= and more",
        "=?UTF-8?B?YQ==",
      })
  void bytes_whatOnlyLooksEncoded_isTakenAsItIs(String header) {
    assertThat(new String(UserMetadata.bytes(header), UTF_8)).isEqualTo(header);
  }

  @Test
  void again_rawUtf8OfAnotherStore_isEncoded() {
    String raw = new String("é".getBytes(UTF_8), ISO_8859_1);

    assertThat(UserMetadata.bytes(raw)).isEqualTo("é".getBytes(UTF_8));
    assertThat(UserMetadata.again(raw)).isEqualTo("=?UTF-8?B?w6k=?=");
  }

  @ParameterizedTest
  @CsvSource({
    "abc.d_e-9,abc.d_e-9",
    "Case,%43ase",
    "é,%c3%a9",
    "50%,50%25",
    "a b:c,a%20b%3ac",
    "%41,%2541",
  })
  void name_anyCharacters_comesBack(String attribute, String name) {
    assertThat(UserMetadata.name(attribute)).isEqualTo(name);
    assertThat(UserMetadata.attribute(name)).isEqualTo(attribute);
  }

  @ParameterizedTest
  @ValueSource(strings = {"100%", "%zz", "%ff", "a%00b"})
  void attribute_namesOfOthers_areTakenAsTheyAre(String name) {
    assertThat(UserMetadata.attribute(name)).isEqualTo(name);
  }
}
