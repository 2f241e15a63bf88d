# The files of schema/ as C: embed_schema() arranges for it, and the same file
# run as a script (cmake -P) does it, whenever one of them changes.
#
#   embed_schema(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/migrations_agent.c
#           NAME migrations_agent
#           FILES schema/ledger/0001_sets.sql schema/agent/0001_outbox.sql)
#
# makes the array of shared/migrate.h called NAME, in the order given. FILES
# are relative to the project's root. Add OUTPUT to a target's sources.

# A script starts without any policy.
cmake_policy(VERSION 3.25)

set(EMBED_SCHEMA_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(embed_schema)
	cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;NAME" "FILES")
	if(NOT arg_OUTPUT OR NOT arg_NAME OR NOT arg_FILES OR
			arg_UNPARSED_ARGUMENTS)
		message(FATAL_ERROR "embed_schema: OUTPUT, NAME and FILES")
	endif()
	list(TRANSFORM arg_FILES PREPEND "${PROJECT_SOURCE_DIR}/"
		OUTPUT_VARIABLE paths)
	# The list is a file, so that a file added or taken away counts as a
	# change for every generator.
	set(list "${arg_OUTPUT}.list")
	file(CONFIGURE OUTPUT "${list}" CONTENT "${arg_FILES}" @ONLY)
	add_custom_command(OUTPUT "${arg_OUTPUT}"
		COMMAND "${CMAKE_COMMAND}"
			"-DOUTPUT=${arg_OUTPUT}"
			"-DNAME=${arg_NAME}"
			"-DROOT=${PROJECT_SOURCE_DIR}"
			"-DLIST=${list}"
			-P "${EMBED_SCHEMA_SCRIPT}"
		DEPENDS ${paths} "${list}" "${EMBED_SCHEMA_SCRIPT}"
		COMMENT "Embedding the schema: ${arg_NAME}"
		VERBATIM)
endfunction()

# Set ${variable} to the bytes of ${path} and a final zero, twelve a line: a
# string literal could be longer than compilers must accept.
function(embed_bytes variable path)
	file(READ "${path}" hex HEX)
	if(hex STREQUAL "")
		message(FATAL_ERROR "${path}: empty")
	endif()
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
	if(bytes MATCHES "0x00,")
		message(FATAL_ERROR "${path}: a zero byte in SQL")
	endif()
	string(REPEAT "0x..," 12 line)
	string(REGEX REPLACE "(${line})" "\\1\n\t" bytes "${bytes}")
	set(${variable} "${bytes}0x00" PARENT_SCOPE)
endfunction()

function(embed_write)
	file(READ "${LIST}" files)
	set(arrays "")
	set(rows "")
	set(names "")
	set(number 0)
	foreach(file IN LISTS files)
		cmake_path(RELATIVE_PATH file BASE_DIRECTORY schema
			OUTPUT_VARIABLE name)
		if(name MATCHES "^\\.\\." OR name IN_LIST names)
			message(FATAL_ERROR
				"${file}: twice, or not below schema/")
		endif()
		list(APPEND names "${name}")
		file(SHA256 "${ROOT}/${file}" sha256)
		embed_bytes(bytes "${ROOT}/${file}")
		string(APPEND arrays "static const unsigned char"
			" sql_${number}[] = {\n\t${bytes}\n};\n\n")
		string(APPEND rows "\t{\"${name}\",\n\t    \"${sha256}\",\n"
			"\t    (const char *)sql_${number}},\n")
		math(EXPR number "${number} + 1")
	endforeach()
	file(WRITE "${OUTPUT}" "/* Generated from schema/: do not edit. */\n"
		"#include <stddef.h>\n\n#include \"shared/migrate.h\"\n\n"
		"${arrays}const struct migration ${NAME}[] = {\n${rows}"
		"\t{NULL, NULL, NULL},\n};\n")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
	embed_write()
endif()
