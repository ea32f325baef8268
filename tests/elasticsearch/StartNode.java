import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node on loopback, in this JVM, so that a test can kill it alone.
 *
 * <p>java StartNode.java HOME DATA NAME HTTP_PORT TRANSPORT_PORT PEERS [setting=value …], where PEERS is
 * "name:transport port" of every node of the cluster, joined by commas. Ends when standard input closes: a test run that
 * is killed leaves no server behind.
 */
public class StartNode {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    Path data = Path.of(arguments[1]).toAbsolutePath();
    String name = arguments[2];
    System.setProperty("es.path.home", home.toString());
    LogConfigurator.loadLog4jPlugins();
    LogConfigurator.configureWithoutConfig(Settings.builder().put("logger.level", "WARN").build());
    LogConfigurator.configureESLogging();
    Settings.Builder settings =
        Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", data.resolve(name).toString())
            .put("path.logs", data.resolve(name + "-logs").toString())
            .put("cluster.name", "qingyuan-tests")
            .put("node.name", name)
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[3])
            .put("transport.port", arguments[4]);
    List<String> names = new ArrayList<>();
    List<String> seeds = new ArrayList<>();
    for (String peer : arguments[5].split(",")) {
      names.add(peer.split(":")[0]);
      seeds.add("127.0.0.1:" + peer.split(":")[1]);
    }
    if (names.size() == 1) {
      settings.put("discovery.type", "single-node");
    } else {
      settings.putList("discovery.seed_hosts", seeds).putList("cluster.initial_master_nodes", names);
    }
    for (int i = 6; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    Environment environment = new Environment(settings.build(), home.resolve("config"));
    PluginsLoader plugins =
        PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()), Set.of(), Map.of());
    Node node = new Node(environment, plugins);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } catch (Exception failure) {
                    failure.printStackTrace();
                  }
                }));
    node.start();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }
}
