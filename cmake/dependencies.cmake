# The libraries of the system. CivetWeb comes without a usable CMake package
# or pkg-config file on Debian, so it is looked for by hand.
find_package(PkgConfig REQUIRED)
foreach(package libcurl libqrencode libsodium sqlite3 jansson openssl zlib)
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

find_package(Threads REQUIRED)

if(POINTEAU_TESTS)
	pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET cmocka)
	add_library(dep_cmocka ALIAS PkgConfig::cmocka)
endif()
