import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a tree: ROOT DIRECTORIES FILES_IN_EACH, a hundred directories to a parent. */
final class MakeTree {
  private static final int FANOUT = 100;

  private MakeTree() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      Path directory =
          Files.createDirectories(root.resolve(i / FANOUT + "/" + i % FANOUT));
      for (int j = 0; j < Integer.parseInt(arguments[2]); j++) {
        Files.write(directory.resolve("f" + j), new byte[j % 10 == 0 ? 100 : 0]);
      }
    }
  }
}
