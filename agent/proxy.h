/*
 * The address of a proxy, as a setting or https_proxy gives it:
 * [scheme://][name:password@]host[:port][/…]. For telling people which one
 * it is without the password; what goes through it is libcurl's.
 */
#ifndef POINTEAU_AGENT_PROXY_H
#define POINTEAU_AGENT_PROXY_H

#define PROXY_PLACE_MAX 300

/*
 * "host:port" of ${proxy} into ${out}, without any name or password; the port
 * that libcurl takes when none is given (1080; 443 of https). Its number, or
 * E_INVALID: no host, or a port out of 1 to 65535.
 */
int proxy_place(const char *proxy, char out[PROXY_PLACE_MAX]);

#endif
