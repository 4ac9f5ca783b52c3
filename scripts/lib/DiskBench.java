import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent.Metered;
import org.thermos.process.NativeBinary;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessTable;

/** Measures the disk meter on the tree at its argument; see scripts/bench-disk. */
final class DiskBench {
  private static final int MEGABYTE = 1 << 20;
  private static final Duration VERIFICATION = Duration.ofMinutes(1);

  private DiskBench() {}

  public static void main(String[] arguments) throws Exception {
    Path tree = Path.of(arguments[0]);
    int idleSeconds = Integer.parseInt(arguments[1]);
    try (Broker broker = Broker.start(NativeBinary.locate())) {
      long start = System.nanoTime();
      broker.meter(1, List.of(tree), Long.MAX_VALUE, VERIFICATION);
      long used = await(broker, 0);
      int meter = meter();
      print("first walk, wall", seconds(start));
      print("first walk, CPU", cpu(meter) + " ms");
      print("found", used / MEGABYTE + " MB");
      print("meter, private memory", privateKilobytes(meter) + " kB");

      long before = cpu(meter);
      Thread.sleep(idleSeconds * 1000L);
      print("CPU of " + idleSeconds + " s at rest", cpu(meter) - before + " ms");

      // Room for half of what is to come.
      broker.meter(1, List.of(tree), used + 50L * MEGABYTE, VERIFICATION);
      await(broker, 0);
      Thread.sleep(20 * 1000L * 3); // Past the pause that reading all of it anew earns.
      before = cpu(meter);
      Files.write(tree.resolve("0/0/overrun"), new byte[100 * MEGABYTE]);
      start = System.nanoTime();
      await(broker, used + 50L * MEGABYTE);
      print("100 MB written to overrun told", seconds(start));
      print("CPU for that", cpu(meter) - before + " ms");
      Files.delete(tree.resolve("0/0/overrun"));
    }
    long start = System.nanoTime();
    long[] sum = new long[1];
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size(); // The JDK knows no blocks.
            return FileVisitResult.CONTINUE;
          }
        });
    print("Files.walkFileTree (a minute's work each minute)", seconds(start));
  }

  /** The usage once it is more than so much. */
  private static long await(Broker broker, long more) throws IOException {
    while (true) {
      if (broker.next() instanceof Metered metered && metered.used() > more) {
        return metered.used();
      }
    }
  }

  private static int meter() throws IOException {
    return new ProcessTable()
        .all().stream()
            .filter(entry -> entry.name().equals("thermos-meter"))
            .mapToInt(ProcessEntry::pid)
            .max()
            .orElseThrow();
  }

  private static long cpu(int pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
  }

  private static long privateKilobytes(int pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
        .filter(line -> line.startsWith("Private"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }

  private static String seconds(long start) {
    return "%.2f s".formatted((System.nanoTime() - start) / 1e9);
  }

  private static void print(String what, String value) {
    System.out.printf("%-50s %s%n", what + ":", value);
  }
}
