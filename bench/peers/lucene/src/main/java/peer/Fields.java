package peer;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.tartarus.snowball.ext.EnglishStemmer;

/** What indexing and answering share: names of fields, the analysis of text, the form of exact values. */
final class Fields {
    /** All text of a record: title, summary, claims, tags, body. */
    static final String TEXT = "text";
    static final String ID = "id";
    static final String KIND = "kind";
    static final String AUTHOR = "author";
    static final String STATUS = "status";
    static final String TAG = "tag";
    /** YYYYMMDD as a number. */
    static final String DATE = "date";
    static final String JSON = "json";

    private static final Pattern DATE_FORM = Pattern.compile("(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d))?)?");

    private Fields() {}

    /** Words in lower case, stemmed (English Snowball), no stop words. */
    static Analyzer analyzer() {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                Tokenizer words = new StandardTokenizer();
                return new TokenStreamComponents(
                        words, new SnowballFilter(new LowerCaseFilter(words), new EnglishStemmer()));
            }

            /** No phrase goes on from one text of a record into the next. */
            @Override
            public int getPositionIncrementGap(String field) {
                return 100;
            }
        };
    }

    /** Exact values are compared without regard to case, and blanks, `-` and `_` count as the same. */
    static String normalise(String value) {
        return value.toLowerCase(Locale.ROOT).replace(' ', '-').replace('_', '-');
    }

    /** YYYY, YYYY-MM or YYYY-MM-DD as YYYYMMDD, what is missing being {@code rest}; null where it is no such date. */
    static Integer dateNumber(String text, int rest) {
        Matcher parts = DATE_FORM.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        int month = parts.group(2) == null ? rest : Integer.parseInt(parts.group(2));
        int day = parts.group(3) == null ? rest : Integer.parseInt(parts.group(3));
        return (Integer.parseInt(parts.group(1)) * 100 + month) * 100 + day;
    }
}
