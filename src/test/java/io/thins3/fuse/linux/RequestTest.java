package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  /** The request in a buffer that goes on behind it, as a reader's buffer does. */
  private static Request request(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 100).order(ByteOrder.nativeOrder());
    buffer.put(0, bytes);
    for (int i = bytes.length; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) 'x');
    }
    Request request = new Request(buffer);
    request.attach(buffer, bytes.length);
    return request;
  }

  @Test
  void header_anyRequest_itsFields() throws Exception {
    Request request = request(Requests.of(Opcode.LOOKUP, 6, 9).name("name").build());
    request.checkLength();
    assertThat(request.opcode()).isEqualTo(1);
    assertThat(request.unique()).isEqualTo(6);
    assertThat(request.nodeId()).isEqualTo(9);
    assertThat(request.caller()).isEqualTo(new Caller(1000, 1001, 42));
    assertThat(request.name(0)).isEqualTo("name");
    assertThat(request.copy().name(0)).isEqualTo("name");
  }

  @Test
  void name_withoutEnd_malformedAndNothingReadBehindIt() {
    Request request =
        request(Requests.of(Opcode.LOOKUP, 6, 9).bytes((byte) 'a', (byte) 'b').build());
    assertThatThrownBy(() -> request.name(0)).isInstanceOf(MalformedRequest.class);
    assertThatThrownBy(() -> request.name(5)).isInstanceOf(MalformedRequest.class);
  }

  @Test
  void name_empty_malformed() {
    assertThatThrownBy(() -> request(Requests.of(Opcode.LOOKUP, 6, 9).name("").build()).name(0))
        .isInstanceOf(MalformedRequest.class);
  }

  @Test
  void secondName_ofTwo_found() throws Exception {
    Request request =
        request(Requests.of(Opcode.RENAME, 6, 9).longs(1).name("old").name("new").build());
    assertThat(request.name(8)).isEqualTo("old");
    assertThat(request.name(request.afterName(8))).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 5, Integer.MAX_VALUE})
  void bytes_lengthThatIsNotThere_malformed(int length) {
    Request request = request(Requests.of(Opcode.SETXATTR, 6, 9).ints(1).build());
    assertThatThrownBy(() -> request.bytes(0, length)).isInstanceOf(MalformedRequest.class);
    assertThatThrownBy(() -> request.slice(0, length)).isInstanceOf(MalformedRequest.class);
    assertThatThrownBy(() -> request.bytes(4, 1)).isInstanceOf(MalformedRequest.class);
  }

  @Test
  void field_behindTheRequest_notRead() {
    Request request = request(Requests.of(Opcode.GETATTR, 6, 9).ints(1).build());
    assertThatThrownBy(() -> request.require(8)).isInstanceOf(MalformedRequest.class);
    assertThatThrownBy(() -> request.getLong(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void checkLength_otherThanWhatCame_malformed() {
    byte[] bytes = Requests.of(Opcode.GETATTR, 6, 9).longs(1, 2).build();
    bytes[0]++;
    assertThatThrownBy(() -> request(bytes).checkLength()).isInstanceOf(MalformedRequest.class);
  }

  @Test
  void utf8_allKindsOfNames_thereAndBackOrEilseq() throws Exception {
    for (String name : new String[] {"a", "grüße", "日本語", "\uD83E\uDD8A fox", "\u0001", "ü"}) {
      byte[] bytes = Utf8.encode(name);
      assertThat(bytes).isNotNull();
      Request request = request(Requests.of(Opcode.LOOKUP, 6, 9).name(name).build());
      assertThat(request.name(0)).isEqualTo(name);
    }
    assertThat(Utf8.encode("half \uD83E")).isNull();
    assertThat(Utf8.encode("ü half \uDD8A")).isNull();
    int[][] invalid = {
      {0xFF}, {'a', 0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xC3}, {0xF4, 0x90, 0x80, 0x80}
    };
    for (int[] name : invalid) {
      byte[] bytes = new byte[name.length + 1];
      for (int i = 0; i < name.length; i++) {
        bytes[i] = (byte) name[i];
      }
      Request request = request(Requests.of(Opcode.LOOKUP, 6, 9).bytes(bytes).build());
      assertThatThrownBy(() -> request.name(0))
          .isInstanceOfSatisfying(
              FuseException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EILSEQ));
    }
  }
}
