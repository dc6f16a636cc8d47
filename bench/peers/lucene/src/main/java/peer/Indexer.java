package peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.MMapDirectory;

/** Building the index in one thread, then one merge into a single segment. */
final class Indexer {
    private static final int MEMORY_MIB = 512;
    private static final List<String> TEXTS = List.of("title", "summary", "claims", "tags", "body");

    private Indexer() {}

    static void build(Path folder) throws IOException {
        long start = System.nanoTime();
        long records = 0;
        IndexWriterConfig config = new IndexWriterConfig(Fields.analyzer())
                .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
                .setRAMBufferSizeMB(MEMORY_MIB)
                .setMergeScheduler(new SerialMergeScheduler())
                .setUseCompoundFile(false);
        try (MMapDirectory directory = new MMapDirectory(folder);
                IndexWriter writer = new IndexWriter(directory, config);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                writer.addDocument(document(Main.JSON.readTree(line), line));
                records++;
            }
            writer.forceMerge(1);
            writer.commit();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println(Main.JSON.writeValueAsString(Map.of("records", records, "seconds", seconds)));
    }

    private static Document document(JsonNode record, String json) {
        Document document = new Document();
        for (String name : TEXTS) {
            strings(record.path(name)).forEach(text -> document.add(new TextField(Fields.TEXT, text, Field.Store.NO)));
        }
        addExact(document, Fields.AUTHOR, record.path("author"));
        addExact(document, Fields.TAG, record.path("tags"));
        document.add(exact(Fields.KIND, record.path("kind").asText("unknown")));
        document.add(exact(Fields.STATUS, record.path("status").asText("ok")));
        String id = record.path(record.has("id") ? "id" : "url").asText();
        document.add(new StringField(Fields.ID, id, Field.Store.YES));
        Integer date = Fields.dateNumber(record.path("date").asText(), 1);
        if (date != null) {
            document.add(new IntField(Fields.DATE, date, Field.Store.NO));
        }
        document.add(new StoredField(Fields.JSON, json));
        return document;
    }

    private static void addExact(Document document, String field, JsonNode member) {
        strings(member).forEach(value -> document.add(exact(field, value)));
    }

    private static Field exact(String field, String value) {
        return new StringField(field, Fields.normalise(value), Field.Store.NO);
    }

    /** The strings of a member that is a string or an array of strings. */
    private static List<String> strings(JsonNode member) {
        List<String> result = new ArrayList<>();
        if (member.isTextual()) {
            result.add(member.textValue());
        }
        member.elements().forEachRemaining(one -> result.add(one.asText()));
        return result;
    }
}
