package io.thins3.store;

import io.thins3.store.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Reads error answers into the SDK's exception, so that one place diagnoses both. */
final class ErrorAnswers {
  /** S3's are below 1 KiB; what is longer comes from something else. */
  private static final int MOST_BYTES = 16 * 1024;

  /** The failures of 250 keys of 1 KiB, each byte written as a reference, are less. */
  private static final int MOST_ANSWER_BYTES = 4 << 20;

  private static final Pattern ROOT = Pattern.compile("\\s*(?:<\\?xml[^>]*>)?\\s*<Error[\\s>]");

  private ErrorAnswers() {}

  /** Reads the body of an answer, and closes it. */
  static AwsServiceException read(HttpResponse response) throws IOException {
    return exception(response, response.status(), body(response, MOST_BYTES));
  }

  /**
   * Reads the body of an answer of status 200, which may be an error all the same: a copy and the
   * end of an upload take long, so stores begin the answer before they know its end.
   *
   * @return the body, where it is none
   * @throws AwsServiceException for that error, as if it had come with status 500
   */
  static byte[] check(HttpResponse response) throws IOException {
    byte[] body = body(response, MOST_ANSWER_BYTES);
    int shown = Math.min(body.length, MOST_BYTES);
    if (ROOT.matcher(new String(body, 0, shown, StandardCharsets.ISO_8859_1)).lookingAt()) {
      throw exception(response, 500, body);
    }
    return body;
  }

  private static AwsServiceException exception(HttpResponse response, int status, byte[] body) {
    SdkHttpFullResponse.Builder http = SdkHttpFullResponse.builder().statusCode(status);
    response.headers().forEach(http::appendHeader);
    AwsErrorDetails.Builder details =
        AwsErrorDetails.builder()
            .serviceName("S3")
            .sdkHttpResponse(http.build())
            .rawResponse(SdkBytes.fromByteArray(body));
    @Nullable String requestId = response.headers().first("x-amz-request-id");
    if (body.length
        > 0) { // that to a HEAD never has one, and a parser would make an exception of that
      readXml(body, details);
    }
    return S3Exception.builder()
        .statusCode(status)
        .requestId(requestId)
        .awsErrorDetails(details.build())
        .message("HTTP " + status)
        .build();
  }

  private static void readXml(byte[] body, AwsErrorDetails.Builder details) {
    try {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      factory.setProperty(XMLInputFactory.IS_COALESCING, true);
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(body));
      String element = "";
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          element = xml.getLocalName();
        } else if (event == XMLStreamConstants.CHARACTERS && element.equals("Code")) {
          details.errorCode(xml.getText());
        } else if (event == XMLStreamConstants.CHARACTERS && element.equals("Message")) {
          details.errorMessage(xml.getText());
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          element = "";
        }
      }
    } catch (XMLStreamException e) {
      // No XML, or XML with a key in it that XML cannot hold: what was read so far counts, and
      // the diagnosis looks for the code in the raw bytes.
      details.serviceName("S3");
    }
  }

  private static byte[] body(HttpResponse response, int most) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
    try (var body = response.body()) {
      body.endWithCall();
      int count = 0;
      while (bytes.position() < most && count >= 0) {
        if (!bytes.hasRemaining()) {
          bytes.flip();
          bytes = ByteBuffer.allocate(Math.min(most, 2 * bytes.limit())).put(bytes);
        }
        count = body.read(bytes);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
