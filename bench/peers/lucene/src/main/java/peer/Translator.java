package peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * From the text of a query to Lucene's query objects. Understood are the forms the benchmark uses: words, {@code "a
 * phrase"}, {@code prefix*}, and the filters tag, kind, author, status, date, after and before.
 */
final class Translator {
    /** What stands between blanks that are not within quotes. */
    private static final Pattern ITEM = Pattern.compile("(?:\"[^\"]*(?:\"|$)|\\S)+");
    private static final Pattern PREFIX = Pattern.compile("([\\p{L}\\p{N}]+)\\*");

    private final Analyzer analyzer = Fields.analyzer();

    /** @param all every word, phrase and prefix must be found, rather than any of them */
    Query translate(String text, boolean all) {
        List<Query> scored = new ArrayList<>();
        List<Query> filters = new ArrayList<>();
        for (Matcher items = ITEM.matcher(text); items.find(); ) {
            Query filter = filter(items.group());
            if (filter != null) {
                filters.add(filter);
            } else {
                addScored(scored, items.group());
            }
        }
        if (scored.isEmpty() && filters.isEmpty()) {
            return new MatchNoDocsQuery("nothing to look for");
        }
        if (scored.size() == 1 && filters.isEmpty()) {
            return scored.get(0);
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        scored.forEach(one -> query.add(one, all ? Occur.MUST : Occur.SHOULD));
        filters.forEach(one -> query.add(one, Occur.FILTER));
        if (!all && !scored.isEmpty()) {
            query.setMinimumNumberShouldMatch(1);
        }
        return query.build();
    }

    private void addScored(List<Query> scored, String item) {
        Matcher prefix = PREFIX.matcher(item);
        if (prefix.matches()) {
            scored.add(new PrefixQuery(new Term(Fields.TEXT, prefix.group(1).toLowerCase(Locale.ROOT))));
            return;
        }
        List<Term> terms = terms(item);
        if (item.startsWith("\"") && terms.size() > 1) {
            scored.add(new PhraseQuery(Fields.TEXT, terms.stream().map(Term::bytes).toArray(BytesRef[]::new)));
        } else {
            terms.forEach(term -> scored.add(new TermQuery(term)));
        }
    }

    private List<Term> terms(String text) {
        List<Term> terms = new ArrayList<>();
        try (TokenStream stream = analyzer.tokenStream(Fields.TEXT, text)) {
            CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                terms.add(new Term(Fields.TEXT, word.toString()));
            }
            stream.end();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return terms;
    }

    private static Query filter(String item) {
        int colon = item.indexOf(':');
        if (colon < 0) {
            return null;
        }
        String name = item.substring(0, colon);
        String value = item.substring(colon + 1).replace("\"", "");
        switch (name) {
            case "tag", "kind", "author", "status":
                return new TermQuery(new Term(name, Fields.normalise(value)));
            case "date":
                int dots = value.indexOf("..");
                return dots < 0
                        ? dates(value, value)
                        : dates(value.substring(0, dots), value.substring(dots + 2));
            case "after":
                return dates(value, "");
            case "before":
                return dates("", value);
            default:
                return null;
        }
    }

    private static Query dates(String from, String to) {
        Integer first = Fields.dateNumber(from, 1);
        Integer last = Fields.dateNumber(to, 99);
        if (first == null && last == null) {
            return new MatchNoDocsQuery("nothing to look for");
        }
        return IntField.newRangeQuery(
                Fields.DATE, first == null ? Integer.MIN_VALUE : first, last == null ? Integer.MAX_VALUE : last);
    }
}
