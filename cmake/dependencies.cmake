# The libraries of the system. CivetWeb comes without a usable CMake package
# or pkg-config file on Debian, so it is looked for by hand.
find_package(PkgConfig REQUIRED)
foreach(package expat libcurl liboath libqrencode libsodium libzip sqlite3 jansson openssl zlib)
	pkg_check_modules(${package} REQUIRED IMPORTED_TARGET ${package})
	add_library(dep_${package} ALIAS PkgConfig::${package})
endforeach()

find_path(CIVETWEB_INCLUDE_DIR civetweb.h REQUIRED)
find_library(CIVETWEB_LIBRARY civetweb REQUIRED)
mark_as_advanced(CIVETWEB_INCLUDE_DIR CIVETWEB_LIBRARY)
add_library(dep_civetweb UNKNOWN IMPORTED GLOBAL)
set_target_properties(dep_civetweb PROPERTIES
	IMPORTED_LOCATION "${CIVETWEB_LIBRARY}"
	INTERFACE_INCLUDE_DIRECTORIES "${CIVETWEB_INCLUDE_DIR}")

# Documents. Debian's libharu has no pkg-config file either, and its fonts are
# found when a PDF is made; this is the first place looked at.
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)
add_library(dep_xlsxwriter ALIAS PkgConfig::xlsxwriter)

find_path(HPDF_INCLUDE_DIR hpdf.h REQUIRED)
find_library(HPDF_LIBRARY hpdf REQUIRED)
mark_as_advanced(HPDF_INCLUDE_DIR HPDF_LIBRARY)
add_library(dep_hpdf UNKNOWN IMPORTED GLOBAL)
set_target_properties(dep_hpdf PROPERTIES
	IMPORTED_LOCATION "${HPDF_LIBRARY}"
	INTERFACE_INCLUDE_DIRECTORIES "${HPDF_INCLUDE_DIR}")
set(POINTEAU_FONTS /usr/share/fonts/truetype/dejavu CACHE PATH
	"Where DejaVuSans.ttf and DejaVuSans-Bold.ttf are")

find_package(Threads REQUIRED)

if(POINTEAU_TESTS)
	pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET cmocka)
	add_library(dep_cmocka ALIAS PkgConfig::cmocka)
endif()
