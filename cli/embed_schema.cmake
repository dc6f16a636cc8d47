# Writes the bytes of INPUT as a C array into OUTPUT.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT}
     "#include \"cli/schema.h\"\n\nconst unsigned char ks_schema_json[] = {\n${bytes}};\nconst size_t ks_schema_json_size = sizeof ks_schema_json;\n")
