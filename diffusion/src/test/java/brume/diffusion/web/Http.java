package brume.diffusion.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a server by the letter: nothing is tidied up on the way, as a client that means no good does it. */
record Http(int status, String head, byte[] body) {

  private static final byte[] BLANK = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  static Http get(WatchServer server, String target, String... headers) throws IOException {
    return ask(server, "GET", target, "", headers);
  }

  /** Headers are whole lines; Host is ours unless one of them says otherwise. */
  static Http ask(WatchServer server, String method, String target, String body, String... headers)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of(method + " " + target + " HTTP/1.1"));
    lines.addAll(Arrays.asList(headers));
    if (Arrays.stream(headers).noneMatch(header -> header.startsWith("Host:"))) {
      lines.add("Host: 127.0.0.1:" + server.port());
    }
    byte[] sent = body.getBytes(StandardCharsets.UTF_8);
    lines.add("Content-Length: " + sent.length);
    lines.add("Connection: close");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(sent);
      socket.getOutputStream().flush();
      return of(socket.getInputStream().readAllBytes());
    }
  }

  private static Http of(byte... all) {
    int end = 0;
    while (!Arrays.equals(BLANK, Arrays.copyOfRange(all, end, end + BLANK.length))) {
      end++;
    }
    String head = new String(all, 0, end, StandardCharsets.ISO_8859_1);
    int status = Integer.parseInt(head.split(" ")[1]);
    return new Http(status, head, Arrays.copyOfRange(all, end + BLANK.length, all.length));
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  boolean says(String header) {
    return head.lines().anyMatch(line -> line.equalsIgnoreCase(header));
  }
}
