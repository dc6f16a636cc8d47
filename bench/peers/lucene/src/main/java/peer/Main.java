package peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;

/**
 * Lucene behind the peers' protocol (bench/peers/README.md): {@code index FOLDER < records.jsonl} and {@code serve
 * FOLDER}.
 */
public final class Main {
    static final ObjectMapper JSON = new ObjectMapper();

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("index")) {
            Indexer.build(Path.of(arguments[1]));
        } else if (arguments.length == 2 && arguments[0].equals("serve")) {
            Server.answerAll(Path.of(arguments[1]));
        } else {
            System.err.println("usage: lucene index FOLDER < records.jsonl, or: lucene serve FOLDER");
            System.exit(2);
        }
    }
}
