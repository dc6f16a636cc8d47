// The least that a program on Xapian does for an answer: link it, open the database, run one query, print
// ids. What a whole ksearch process is measured against.
#include <xapian.h>

#include <iostream>

int main(int argc, char **argv) try {
    if (argc < 3) {
        std::cerr << "usage: xapian_open DATABASE TERM...\n";
        return 2;
    }
    Xapian::Database database(argv[1]);
    Xapian::Enquire enquire(database);
    enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, argv + 2, argv + argc));
    const Xapian::MSet hits = enquire.get_mset(0, 10);
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) std::cout << *hit << '\n';
    return 0;
} catch (const Xapian::Error &error) {
    std::cerr << error.get_description() << '\n';
    return 1;
}
