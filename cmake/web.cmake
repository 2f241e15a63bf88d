# The pages as C, the supervisor's and the office's: web_files() arranges for
# it, and the same file run as a script (cmake -P) does it, whenever something
# of the page changes.
#
#   web_files(NAME agent_web PAGE agent/web HEADER agent/web_files.h
#           COMPONENT agent OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/web_files.c
#           FILES_IN ${CMAKE_CURRENT_BINARY_DIR}/web)
#
# defines the struct web_files (shared/http/web_file.h) that HEADER declares as
# NAME, and leaves the files themselves in the directory FILES_IN, for the
# programs' --web-dir. The steps of the script:
#
#   1. npm installs what shared/web/package-lock.json names, once for every
#      build of this tree (POINTEAU_WEB_CACHE), by the lock file's SHA-256;
#   2. esbuild bundles PAGE/main.js and main.css;
#   3. fonts (web_fonts.cjs), and a sprite of the icons in shared/web/icons.txt
#      and PAGE/icons.txt;
#   4. gzip compresses, and .incbin takes the bytes in.
#
# Beside OUTPUT, licences.txt says whose work is in there: it is installed.
#
# Every file of PAGE and of shared/web/ counts (CONFIGURE_DEPENDS). The same
# sources give the same bytes.

# A script starts without any policy.
cmake_policy(VERSION 3.25)

set(WEB_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

# What the page is allowed to fetch beside its script and its style.
set(WEB_FONT @fontsource/atkinson-hyperlegible)
set(WEB_FONT_FILES
	atkinson-hyperlegible-latin-400-normal.woff2
	atkinson-hyperlegible-latin-700-normal.woff2
	atkinson-hyperlegible-latin-ext-400-normal.woff2
	atkinson-hyperlegible-latin-ext-700-normal.woff2
)
set(WEB_LICENCES
	preact
	htm
	@preact/signals
	@preact/signals-core
	lucide-static
	${WEB_FONT}
)

function(web_find_tools)
	find_program(NODE_PROGRAM NAMES node nodejs)
	find_program(NPM_PROGRAM npm)
	find_program(GZIP_PROGRAM gzip)
	foreach(tool NODE NPM GZIP)
		if(NOT ${tool}_PROGRAM)
			message(FATAL_ERROR "The pages are built with node (18 "
				"or newer), npm and gzip, and one of them is "
				"not there. On Debian: apt-get install nodejs "
				"npm gzip. Without the pages: "
				"-DPOINTEAU_WEB=OFF, then the programs need "
				"--web-dir.")
		endif()
	endforeach()
endfunction()

function(web_files)
	set(words NAME PAGE HEADER COMPONENT OUTPUT FILES_IN)
	cmake_parse_arguments(PARSE_ARGV 0 arg "" "${words}" "")
	foreach(word IN LISTS words)
		if(NOT arg_${word} OR arg_UNPARSED_ARGUMENTS)
			message(FATAL_ERROR "web_files: ${words}")
		endif()
	endforeach()
	if(NOT POINTEAU_WEB)
		file(CONFIGURE OUTPUT "${arg_OUTPUT}" CONTENT
			"#include \"${arg_HEADER}\"\n\n\
const struct web_files ${arg_NAME} = {0};\n")
		return()
	endif()
	web_find_tools()
	file(GLOB_RECURSE sources CONFIGURE_DEPENDS
		"${PROJECT_SOURCE_DIR}/${arg_PAGE}/*"
		"${PROJECT_SOURCE_DIR}/shared/web/*")
	cmake_path(GET arg_OUTPUT PARENT_PATH beside)
	install(FILES "${beside}/licences.txt" COMPONENT ${arg_COMPONENT}
		DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/pointeau-${arg_COMPONENT}")
	# The list is a file, so that a file taken away counts as a change.
	file(CONFIGURE OUTPUT "${arg_OUTPUT}.list" CONTENT "${sources}" @ONLY)
	add_custom_command(OUTPUT "${arg_OUTPUT}"
		COMMAND "${CMAKE_COMMAND}"
			"-DOUTPUT=${arg_OUTPUT}"
			"-DFILES_IN=${arg_FILES_IN}"
			"-DNAME=${arg_NAME}"
			"-DPAGE=${arg_PAGE}"
			"-DHEADER=${arg_HEADER}"
			"-DROOT=${PROJECT_SOURCE_DIR}"
			"-DCACHE=${POINTEAU_WEB_CACHE}"
			"-DNODE=${NODE_PROGRAM}"
			"-DNPM=${NPM_PROGRAM}"
			"-DGZIP=${GZIP_PROGRAM}"
			-P "${WEB_SCRIPT}"
		BYPRODUCTS "${beside}/licences.txt"
		DEPENDS ${sources} "${arg_OUTPUT}.list" "${WEB_SCRIPT}"
			"${PROJECT_SOURCE_DIR}/cmake/web_fonts.cjs"
		COMMENT "Building the page ${arg_PAGE}"
		VERBATIM)
endfunction()

# ---- the script ----

# Run a program; what it says is shown only if it fails.
function(web_run what)
	execute_process(COMMAND ${ARGN} RESULT_VARIABLE status
		OUTPUT_VARIABLE said ERROR_VARIABLE said)
	if(NOT status EQUAL 0)
		message(FATAL_ERROR "${what}: ${status}\n${said}")
	endif()
endfunction()

# 1. Set ${variable} to a node_modules with what the lock file names.
function(web_install variable)
	set(lock "${ROOT}/shared/web/package-lock.json")
	file(SHA256 "${lock}" hash)
	string(SUBSTRING "${hash}" 0 16 hash)
	set(place "${CACHE}/${hash}")
	set(${variable} "${place}/node_modules" PARENT_SCOPE)
	file(MAKE_DIRECTORY "${CACHE}")
	# Two builds at once: the second waits, then finds it done.
	file(LOCK "${CACHE}" DIRECTORY GUARD FUNCTION TIMEOUT 600)
	if(EXISTS "${place}/done")
		return()
	endif()
	message(STATUS "npm: what shared/web/package-lock.json names")
	file(REMOVE_RECURSE "${place}")
	file(COPY "${lock}" "${ROOT}/shared/web/package.json"
		DESTINATION "${place}")
	web_run("npm ci (is there a network? it is needed once)"
		"${CMAKE_COMMAND}" -E chdir "${place}" "${NPM}" ci
		--ignore-scripts --no-audit --no-fund --prefer-offline)
	file(TOUCH "${place}/done")
endfunction()

# 2. A script or style and all that it imports, in one file.
function(web_bundle modules name)
	set(made "${FILES_IN}/${name}")
	web_run("esbuild ${PAGE}/${name}"
		"${CMAKE_COMMAND}" -E env "NODE_PATH=${modules}"
		"${NODE}" "${modules}/esbuild/bin/esbuild"
		"${ROOT}/${PAGE}/${name}" "--outfile=${made}"
		--bundle --minify --charset=utf8 --format=esm
		--target=chrome100,firefox100 --legal-comments=none
		"--external:/fonts/*" --log-level=warning
		"--metafile=${OUTPUT}.${name}.json")
	# Whose work went in is named in licences.txt, and so in the packages'
	# bills of materials.
	file(READ "${OUTPUT}.${name}.json" text)
	string(REGEX MATCHALL "node_modules/(@[^/\"]+/)?[^/\"]+" parts "${text}")
	foreach(part IN LISTS parts)
		string(REPLACE "node_modules/" "" part "${part}")
		if(NOT part IN_LIST WEB_LICENCES)
			message(FATAL_ERROR "${name} takes ${part} in: "
				"WEB_LICENCES does not name it")
		endif()
	endforeach()
	# The lines that are left are those of html`…`, where indentation says
	# nothing; a page that is read from disk each time does without.
	file(READ "${made}" text)
	string(REGEX REPLACE "\n\t+" "\n" text "${text}")
	file(WRITE "${made}" "${text}")
endfunction()

# 3. The icons that icons.txt names, as symbols of one file.
function(web_sprite modules)
	file(STRINGS "${ROOT}/shared/web/icons.txt" names)
	if(EXISTS "${ROOT}/${PAGE}/icons.txt")
		file(STRINGS "${ROOT}/${PAGE}/icons.txt" own)
		list(APPEND names ${own})
	endif()
	set(symbols "")
	foreach(name IN LISTS names)
		if(name MATCHES "^#" OR name STREQUAL "")
			continue()
		endif()
		set(icon "${modules}/lucide-static/icons/${name}.svg")
		if(NOT EXISTS "${icon}")
			message(FATAL_ERROR
				"icons.txt: no icon ${name}")
		endif()
		file(READ "${icon}" svg)
		string(REGEX REPLACE "^.*<svg[^>]*>" "" svg "${svg}")
		string(REGEX REPLACE "</svg>.*$" "" svg "${svg}")
		string(REGEX REPLACE "[ \n\t]+" " " svg "${svg}")
		string(REGEX REPLACE "> <" "><" svg "${svg}")
		string(STRIP "${svg}" svg)
		string(APPEND symbols "<symbol id=\"${name}\" "
			"viewBox=\"0 0 24 24\" fill=\"none\" "
			"stroke=\"currentColor\" stroke-width=\"2\" "
			"stroke-linecap=\"round\" stroke-linejoin=\"round\">"
			"${svg}</symbol>\n")
	endforeach()
	file(WRITE "${FILES_IN}/icons.svg"
		"<svg xmlns=\"http://www.w3.org/2000/svg\">\n${symbols}</svg>\n")
endfunction()

# Whose work all this is, as their licences ask.
function(web_licences modules)
	set(text "")
	foreach(package IN LISTS WEB_LICENCES)
		file(READ "${modules}/${package}/LICENSE" licence)
		string(APPEND text "---- ${package} ----\n\n${licence}\n")
	endforeach()
	cmake_path(GET OUTPUT PARENT_PATH beside)
	file(WRITE "${beside}/licences.txt" "${text}")
endfunction()

function(web_mime variable name)
	if(name MATCHES "[.]html$")
		set(mime "text/html; charset=utf-8")
	elseif(name MATCHES "[.]js$")
		set(mime "text/javascript; charset=utf-8")
	elseif(name MATCHES "[.]css$")
		set(mime "text/css; charset=utf-8")
	elseif(name MATCHES "[.]svg$")
		set(mime "image/svg+xml")
	elseif(name MATCHES "[.]woff2$")
		set(mime "font/woff2")
	else()
		message(FATAL_ERROR "${name}: a kind of file the page has not")
	endif()
	set(${variable} "${mime}" PARENT_SCOPE)
endfunction()

# 4. C that takes the bytes of a file in, under a name.
function(web_incbin variable symbol path)
	string(APPEND ${variable} "__asm__(\".pushsection .rodata\\n\"\n"
		"\t\"${symbol}:\\n\"\n\t\".incbin \\\"${path}\\\"\\n\"\n"
		"\t\".popsection\\n\");\n"
		"extern const unsigned char ${symbol}[];\n\n")
	set(${variable} "${${variable}}" PARENT_SCOPE)
endfunction()

function(web_write)
	file(GLOB_RECURSE names RELATIVE "${FILES_IN}" "${FILES_IN}/*")
	list(SORT names)
	set(zipped "${OUTPUT}.gz")
	file(REMOVE_RECURSE "${zipped}")
	file(MAKE_DIRECTORY "${zipped}")
	set(symbols "")
	set(rows "")
	set(number 0)
	foreach(name IN LISTS names)
		set(path "${FILES_IN}/${name}")
		set(gz "${zipped}/${number}.gz")
		web_mime(mime "${name}")
		file(SHA256 "${path}" hash)
		string(SUBSTRING "${hash}" 0 32 hash)
		file(SIZE "${path}" size)
		execute_process(COMMAND "${GZIP}" -9 -n -c "${path}"
			OUTPUT_FILE "${gz}" COMMAND_ERROR_IS_FATAL ANY)
		file(SIZE "${gz}" gz_size)
		web_incbin(symbols "web_file_${number}" "${path}")
		set(packed "NULL, 0")
		# Fonts are compressed already.
		if(gz_size LESS size)
			web_incbin(symbols "web_gzip_${number}" "${gz}")
			set(packed "web_gzip_${number}, ${gz_size}")
		endif()
		string(APPEND rows "\t{\"/${name}\", \"${mime}\",\n"
			"\t    \"\\\"${hash}\\\"\",\n"
			"\t    web_file_${number}, ${size}, ${packed}},\n")
		math(EXPR number "${number} + 1")
	endforeach()
	file(WRITE "${OUTPUT}" "/* Generated by cmake/web.cmake: do not edit. "
		"*/\n#include \"${HEADER}\"\n\n${symbols}"
		"static const struct web_file rows[] = {\n${rows}};\n\n"
		"const struct web_files ${NAME} = {rows, ${number}};\n")
endfunction()

function(web_build)
	web_install(modules)
	file(REMOVE_RECURSE "${FILES_IN}")
	web_bundle("${modules}" main.js)
	web_bundle("${modules}" main.css)
	file(COPY "${ROOT}/${PAGE}/index.html" "${ROOT}/${PAGE}/icon.svg"
		DESTINATION "${FILES_IN}")
	web_run("fonts" "${CMAKE_COMMAND}" -E env "NODE_PATH=${modules}"
		"${NODE}" "${ROOT}/cmake/web_fonts.cjs"
		"${modules}/${WEB_FONT}/files" "${FILES_IN}/fonts"
		${WEB_FONT_FILES})
	web_sprite("${modules}")
	web_licences("${modules}")
	web_write()
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
	web_build()
endif()
