package peer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

/** Answering: a line of standard input each, a line of standard output each. */
final class Server {
    /** Hits are counted up to here unless an exact count is asked for; Lucene's own default. */
    private static final int COUNT_LIMIT = 1000;
    private static final String SETTINGS = "one text field, StandardTokenizer, Snowball English, positions, single segment, "
            + "BM25Similarity, MMapDirectory, counts to 1000, no query cache, Java " + Runtime.version()
            + (hasVectors() ? "" : " without the vector module") + "; auto is answered as any";

    private final IndexSearcher searcher;
    private final Translator translator = new Translator();

    private Server(DirectoryReader reader) {
        searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
    }

    static void answerAll(Path folder) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (MMapDirectory directory = new MMapDirectory(folder);
                DirectoryReader reader = DirectoryReader.open(directory);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Server server = new Server(reader);
            ObjectNode greeting = Main.JSON.createObjectNode();
            greeting.put("engine", "lucene").put("version", Version.LATEST.toString()).put("settings", SETTINGS);
            out.println(greeting);
            out.flush();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(server.answer(line));
                out.flush();
            }
        }
    }

    private ObjectNode answer(String line) {
        ObjectNode result = Main.JSON.createObjectNode();
        String[] parts = line.split("\t");
        try {
            if (parts.length < 2) {
                throw new IllegalArgumentException("a line needs a command, a tab and a query");
            }
            run(result, parts[0], parts[1], isAll(parts.length > 2 ? parts[2] : "auto"));
        } catch (IOException | RuntimeException fault) {
            result.removeAll().put("error", String.valueOf(fault.getMessage()));
        }
        return result;
    }

    private void run(ObjectNode result, String command, String text, boolean all) throws IOException {
        long start = System.nanoTime();
        Query query = translator.translate(text, all);
        TopDocs best = null;
        int count = -1;
        switch (command) {
            case "TOP_10" -> best = top(query, 10, COUNT_LIMIT);
            case "TOP_100" -> best = top(query, 100, COUNT_LIMIT);
            case "TOP_10_COUNT" -> best = top(query, 10, Integer.MAX_VALUE);
            case "COUNT" -> count = searcher.count(query);
            default -> throw new IllegalArgumentException("unknown command " + command);
        }
        result.put("took_us", (System.nanoTime() - start) / 1e3);
        addHits(result.putArray("hits"), best);
        if (best != null) {
            count = exactCount(best);
        }
        result.put("count", count < 0 ? null : (Integer) count);
    }

    private static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    private TopDocs top(Query query, int limit, int countLimit) throws IOException {
        return searcher.search(query, new TopScoreDocCollectorManager(limit, countLimit));
    }

    /** How many matches there are, or -1 where only a lower bound is known. */
    private static int exactCount(TopDocs best) {
        // The number itself is a field in Lucene 9 and a method in 10; its text, "12 hits" or "12+ hits", is the same.
        String text = best.totalHits.toString();
        return text.contains("+") ? -1 : Integer.parseInt(text.substring(0, text.indexOf(' ')));
    }

    /** Whether all words must be found; auto, which Lucene has not, counts as any. */
    private static boolean isAll(String match) {
        return switch (match) {
            case "all" -> true;
            case "any", "auto" -> false;
            default -> throw new IllegalArgumentException("match is any, all or auto");
        };
    }

    /** The records' own ids, after the clock has stopped. */
    private void addHits(ArrayNode hits, TopDocs best) throws IOException {
        if (best == null) {
            return;
        }
        StoredFields stored = searcher.storedFields();
        for (ScoreDoc hit : best.scoreDocs) {
            String id = stored.document(hit.doc, Set.of(Fields.ID)).get(Fields.ID);
            hits.addArray().add(id).add(hit.score);
        }
    }
}
