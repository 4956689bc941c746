// Takes a raw telegram apart and names what is known in it, in the language of the page.
import { languageIndex, n, moment } from "./i18n.js";

const W = (en, nl, fr, de) => [en, nl, fr, de];
// OBIS codes without their first group; {p} is the phase.
const OBIS = [
  ["0.2.8", W("Version of the P1 port", "Versie van de P1-poort", "Version du port P1", "Version der P1-Schnittstelle")],
  ["96.1.4", W("Version (Belgium)", "Versie (België)", "Version (Belgique)", "Version (Belgien)")],
  ["1.0.0", W("Time of the meter", "Tijd van de meter", "Heure du compteur", "Zeit des Zählers")],
  ["96.1.1", W("Serial number of the meter", "Serienummer van de meter", "Numéro de série du compteur", "Seriennummer des Zählers")],
  ["96.1.0", W("Serial number", "Serienummer", "Numéro de série", "Seriennummer")],
  ["96.1.2", W("EAN of the connection", "EAN van de aansluiting", "EAN du raccordement", "EAN des Anschlusses")],
  ["42.0.0", W("Logical name of the device", "Logische naam van het apparaat", "Nom logique de l'appareil", "Logischer Gerätename")],
  ["1.8.0", W("Energy imported, total", "Afgenomen energie, totaal", "Énergie soutirée, total", "Bezogene Energie, gesamt")],
  ["2.8.0", W("Energy exported, total", "Teruggeleverde energie, totaal", "Énergie injectée, total", "Eingespeiste Energie, gesamt")],
  ["1.8.([1-4])", W("Energy imported, tariff {p}", "Afgenomen energie, tarief {p}", "Énergie soutirée, tarif {p}", "Bezogene Energie, Tarif {p}")],
  ["2.8.([1-4])", W("Energy exported, tariff {p}", "Teruggeleverde energie, tarief {p}", "Énergie injectée, tarif {p}", "Eingespeiste Energie, Tarif {p}")],
  ["3.8.[0-2]", W("Reactive energy imported", "Afgenomen blindenergie", "Énergie réactive soutirée", "Bezogene Blindenergie")],
  ["4.8.[0-2]", W("Reactive energy exported", "Teruggeleverde blindenergie", "Énergie réactive injectée", "Eingespeiste Blindenergie")],
  ["[5-8].8.0", W("Reactive energy of a quadrant", "Blindenergie van een kwadrant", "Énergie réactive d'un quadrant", "Blindenergie eines Quadranten")],
  ["15.8.0", W("Energy of both directions", "Energie in beide richtingen", "Énergie des deux sens", "Energie beider Richtungen")],
  ["96.14.0", W("Tariff now", "Tarief nu", "Tarif en cours", "Tarif jetzt")],
  ["1.7.0", W("Power imported", "Afgenomen vermogen", "Puissance soutirée", "Bezogene Leistung")],
  ["2.7.0", W("Power exported", "Teruggeleverd vermogen", "Puissance injectée", "Eingespeiste Leistung")],
  ["3.7.0", W("Reactive power imported", "Afgenomen blindvermogen", "Puissance réactive soutirée", "Bezogene Blindleistung")],
  ["4.7.0", W("Reactive power exported", "Teruggeleverd blindvermogen", "Puissance réactive injectée", "Eingespeiste Blindleistung")],
  ["9.7.0", W("Apparent power imported", "Afgenomen schijnbaar vermogen", "Puissance apparente soutirée", "Bezogene Scheinleistung")],
  ["10.7.0", W("Apparent power exported", "Teruggeleverd schijnbaar vermogen", "Puissance apparente injectée", "Eingespeiste Scheinleistung")],
  ["13.7.0", W("Power factor", "Arbeidsfactor", "Facteur de puissance", "Leistungsfaktor")],
  ["14.7.0", W("Frequency", "Frequentie", "Fréquence", "Frequenz")],
  ["(21|41|61).7.0", W("Power imported, L{p}", "Afgenomen vermogen, L{p}", "Puissance soutirée, L{p}", "Bezogene Leistung, L{p}")],
  ["(22|42|62).7.0", W("Power exported, L{p}", "Teruggeleverd vermogen, L{p}", "Puissance injectée, L{p}", "Eingespeiste Leistung, L{p}")],
  ["(23|43|63).7.0", W("Reactive power imported, L{p}", "Afgenomen blindvermogen, L{p}", "Puissance réactive soutirée, L{p}", "Bezogene Blindleistung, L{p}")],
  ["(24|44|64).7.0", W("Reactive power exported, L{p}", "Teruggeleverd blindvermogen, L{p}", "Puissance réactive injectée, L{p}", "Eingespeiste Blindleistung, L{p}")],
  ["(32|52|72).7.0", W("Voltage, L{p}", "Spanning, L{p}", "Tension, L{p}", "Spannung, L{p}")],
  ["(31|51|71).7.0", W("Current, L{p}", "Stroom, L{p}", "Courant, L{p}", "Strom, L{p}")],
  ["(33|53|73).7.0", W("Power factor, L{p}", "Arbeidsfactor, L{p}", "Facteur de puissance, L{p}", "Leistungsfaktor, L{p}")],
  ["96.3.10", W("Breaker", "Schakelaar", "Organe de coupure", "Schalter")],
  ["17.0.0", W("Power limit", "Vermogensgrens", "Limite de puissance", "Leistungsgrenze")],
  ["(31|51|71).4.0", W("Current limit, L{p}", "Stroomgrens, L{p}", "Limite de courant, L{p}", "Stromgrenze, L{p}")],
  ["96.7.21", W("Short power failures", "Korte stroomonderbrekingen", "Coupures brèves", "Kurze Stromausfälle")],
  ["96.7.9", W("Long power failures", "Lange stroomonderbrekingen", "Coupures longues", "Lange Stromausfälle")],
  ["99.97.0", W("Log of long power failures", "Logboek van lange onderbrekingen", "Journal des coupures longues", "Liste langer Stromausfälle")],
  ["(32|52|72).32.0", W("Voltage sags, L{p}", "Spanningsdips, L{p}", "Creux de tension, L{p}", "Spannungseinbrüche, L{p}")],
  ["(32|52|72).36.0", W("Voltage swells, L{p}", "Spanningspieken, L{p}", "Surtensions, L{p}", "Spannungsspitzen, L{p}")],
  ["96.13.0", W("Text message", "Tekstbericht", "Message texte", "Textnachricht")],
  ["96.13.1", W("Message code", "Berichtcode", "Code de message", "Nachrichtencode")],
  ["1.4.0", W("Demand of the running quarter-hour", "Vermogen van het lopende kwartier", "Puissance du quart d'heure en cours", "Leistung der laufenden Viertelstunde")],
  ["1.6.0", W("Highest quarter-hour of this month", "Hoogste kwartier van deze maand", "Quart d'heure maximal du mois", "Höchste Viertelstunde des Monats")],
  ["98.1.0", W("Peaks of past months", "Pieken van vorige maanden", "Pointes des mois passés", "Spitzen früherer Monate")],
  ["94.32.1", W("Nominal voltage", "Nominale spanning", "Tension nominale", "Nennspannung")],
  ["24.1.0", W("Kind of connected meter", "Soort aangesloten meter", "Type de compteur raccordé", "Art des angeschlossenen Zählers")],
  ["24.2.1", W("Reading of connected meter", "Stand van aangesloten meter", "Index du compteur raccordé", "Stand des angeschlossenen Zählers")],
  ["24.2.3", W("Gas, not corrected for temperature", "Gas, niet gecorrigeerd voor temperatuur", "Gaz, non corrigé en température", "Gas, nicht temperaturkorrigiert")],
  ["24.3.0", W("Hourly reading of connected meter", "Uurstand van aangesloten meter", "Index horaire du compteur raccordé", "Stundenstand des angeschlossenen Zählers")],
  ["24.4.0", W("Valve", "Klep", "Vanne", "Ventil")],
].map(([code, names]) => [new RegExp("^" + code.replace(/\./g, "\\.") + "$"), names]);

const TIC = {
  ADCO: W("Address of the meter", "Adres van de meter", "Adresse du compteur", "Adresse des Zählers"),
  ADSC: W("Address of the meter", "Adres van de meter", "Adresse du compteur", "Adresse des Zählers"),
  VTIC: W("Version of the TIC", "Versie van de TIC", "Version de la TIC", "Version der TIC"),
  DATE: W("Time of the meter", "Tijd van de meter", "Date et heure du compteur", "Zeit des Zählers"),
  OPTARIF: W("Tariff option", "Tariefoptie", "Option tarifaire", "Tarifoption"), NGTF: W("Supplier's calendar", "Kalender van de leverancier", "Calendrier du fournisseur", "Kalender des Lieferanten"),
  LTARF: W("Tariff now", "Tarief nu", "Tarif en cours", "Tarif jetzt"), PTEC: W("Tariff period now", "Tariefperiode nu", "Période tarifaire en cours", "Tarifzeit jetzt"),
  ISOUSC: W("Subscribed current", "Gecontracteerde stroom", "Intensité souscrite", "Vertragsstrom"),
  BASE: W("Energy imported", "Afgenomen energie", "Énergie soutirée", "Bezogene Energie"), EAST: W("Energy imported, total", "Afgenomen energie, totaal", "Énergie soutirée, total", "Bezogene Energie, gesamt"),
  EAIT: W("Energy exported, total", "Teruggeleverde energie, totaal", "Énergie injectée, total", "Eingespeiste Energie, gesamt"),
  HCHC: W("Energy, off-peak", "Energie, daluren", "Énergie, heures creuses", "Energie, Nebenzeit"), HCHP: W("Energy, peak", "Energie, piekuren", "Énergie, heures pleines", "Energie, Hauptzeit"),
  IINST: W("Current", "Stroom", "Intensité instantanée", "Strom"), IMAX: W("Highest current", "Hoogste stroom", "Intensité maximale", "Höchster Strom"), PAPP: W("Apparent power", "Schijnbaar vermogen", "Puissance apparente", "Scheinleistung"),
  PMAX: W("Highest power yesterday", "Hoogste vermogen gisteren", "Puissance maximale atteinte", "Höchste Leistung gestern"), ADPS: W("Overload", "Overbelasting", "Dépassement de puissance", "Überlast"),
  HHPHC: W("Group of off-peak hours", "Groep daluren", "Groupe horaire", "Gruppe der Nebenzeiten"), MOTDETAT: W("State word", "Statuswoord", "Mot d'état", "Statuswort"), DEMAIN: W("Colour of tomorrow", "Kleur van morgen", "Couleur du lendemain", "Farbe von morgen"), PPOT: W("Missing phases", "Ontbrekende fasen", "Potentiels présents", "Fehlende Phasen"),
  PREF: W("Subscribed power", "Gecontracteerd vermogen", "Puissance souscrite", "Vertragsleistung"), PCOUP: W("Cut-off power", "Afschakelvermogen", "Puissance de coupure", "Abschaltleistung"),
  SINSTS: W("Apparent power imported", "Afgenomen schijnbaar vermogen", "Puissance apparente soutirée", "Bezogene Scheinleistung"), SINSTI: W("Apparent power exported", "Teruggeleverd schijnbaar vermogen", "Puissance apparente injectée", "Eingespeiste Scheinleistung"),
  CCASN: W("Mean power imported", "Gemiddeld afgenomen vermogen", "Puissance moyenne soutirée", "Mittlere bezogene Leistung"), CCAIN: W("Mean power exported", "Gemiddeld teruggeleverd vermogen", "Puissance moyenne injectée", "Mittlere eingespeiste Leistung"),
  STGE: W("Status register", "Statusregister", "Registre de statuts", "Statusregister"), MSG1: W("Message", "Bericht", "Message court", "Nachricht"), MSG2: W("Short message", "Kort bericht", "Message ultra court", "Kurznachricht"), PRM: W("Delivery point", "Aansluitpunt", "Point de livraison", "Lieferstelle"),
  RELAIS: W("Relays", "Relais", "Relais", "Relais"), NTARF: W("Number of the tariff", "Nummer van het tarief", "Numéro de tarif", "Nummer des Tarifs"), NJOURF: W("Day profile today", "Dagprofiel vandaag", "Profil du jour", "Tagesprofil heute"), "NJOURF+1": W("Day profile tomorrow", "Dagprofiel morgen", "Profil du lendemain", "Tagesprofil morgen"), "PJOURF+1": W("Blocks of tomorrow", "Blokken van morgen", "Plages du lendemain", "Blöcke von morgen"), PPOINTE: W("Blocks of the peak day", "Blokken van de piekdag", "Plages du jour de pointe", "Blöcke des Spitzentags"),
};
const TIC_NUMBERED = [
  [/^EASF(\d\d)$/, W("Energy imported, supplier index {p}", "Afgenomen energie, leverancier {p}", "Énergie soutirée, index fournisseur {p}", "Bezogene Energie, Lieferant {p}")],
  [/^EASD(\d\d)$/, W("Energy imported, grid index {p}", "Afgenomen energie, netbeheerder {p}", "Énergie soutirée, index distributeur {p}", "Bezogene Energie, Netz {p}")],
  [/^ERQ(\d)$/, W("Reactive energy, quadrant {p}", "Blindenergie, kwadrant {p}", "Énergie réactive, quadrant {p}", "Blindenergie, Quadrant {p}")],
  [/^(?:IRMS|IINST)(\d)$/, W("Current, L{p}", "Stroom, L{p}", "Courant, L{p}", "Strom, L{p}")],
  [/^URMS(\d)$/, W("Voltage, L{p}", "Spanning, L{p}", "Tension, L{p}", "Spannung, L{p}")],
  [/^UMOY(\d)$/, W("Mean voltage, L{p}", "Gemiddelde spanning, L{p}", "Tension moyenne, L{p}", "Mittlere Spannung, L{p}")],
  [/^SINSTS(\d)$/, W("Apparent power imported, L{p}", "Afgenomen schijnbaar vermogen, L{p}", "Puissance apparente soutirée, L{p}", "Bezogene Scheinleistung, L{p}")],
  [/^IMAX(\d)$/, W("Highest current, L{p}", "Hoogste stroom, L{p}", "Intensité maximale, L{p}", "Höchster Strom, L{p}")],
  [/^SMAX.*-1$/, W("Highest power yesterday", "Hoogste vermogen gisteren", "Puissance maximale de la veille", "Höchste Leistung gestern")],
  [/^SMAX/, W("Highest power today", "Hoogste vermogen vandaag", "Puissance maximale du jour", "Höchste Leistung heute")],
  [/^CCA[SI]N-1$/, W("Mean power before", "Gemiddeld vermogen daarvoor", "Puissance moyenne précédente", "Mittlere Leistung davor")],
  [/^[DF]PM(\d)$/, W("Mobile peak {p}", "Mobiele piek {p}", "Pointe mobile {p}", "Mobile Spitze {p}")],
  [/^(?:EJP|BBR)/, W("Energy of a tariff", "Energie van een tarief", "Index d'une période tarifaire", "Energie eines Tarifs")],
];
const UNITS = { EAST: "Wh", EAIT: "Wh", BASE: "Wh", HCHC: "Wh", HCHP: "Wh", PAPP: "VA", SINSTS: "VA", SINSTI: "VA", IINST: "A", ISOUSC: "A", PREF: "kVA", PCOUP: "kVA", CCASN: "W", CCAIN: "W" };
const unitOf = (label) => UNITS[label] || (/^(EAS|EJP|BBR)/.test(label) ? "Wh" : /^(IRMS|IINST|IMAX|ADIR|ADPS)/.test(label) ? "A" : /^U(RMS|MOY)/.test(label) ? "V" : /^S(INST|MAX)/.test(label) ? "VA" : /^ERQ/.test(label) ? "varh" : "");
const MEDIA = { 2: W("electricity", "elektriciteit", "électricité", "Strom"), 3: W("gas", "gas", "gaz", "Gas"), 4: W("heat", "warmte", "chaleur", "Wärme"), 6: W("warm water", "warm water", "eau chaude", "Warmwasser"), 7: W("water", "water", "eau", "Wasser"), 12: W("heat", "warmte", "chaleur", "Wärme") };

const word = (names) => names[languageIndex()] || names[0];
const phaseOf = (captured) => captured === undefined ? "" : /^[2-7][1-6]$/.test(captured) ? String(Math.floor(Number(captured) / 20)) : captured.replace(/^0/, "");

function obisName(code) {
  const tail = code.replace(/^\d+-\d+:/, "").replace(/\.255$/, "");
  for (const [pattern, names] of OBIS) {
    const match = pattern.exec(tail);
    if (match) {
      const captured = match[1], p = captured && captured.length === 2 ? { 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3 }[captured[0]] : phaseOf(captured);
      const channel = /^0-([1-9]):/.exec(code);
      return word(names).replace("{p}", p) + (channel ? " · M-Bus " + channel[1] : "");
    }
  }
  return "";
}
function time(text) {
  const m = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW])$/.exec(text);
  if (!m) return text;
  const millis = Date.UTC(2000 + Number(m[1]), m[2] - 1, m[3], m[4] - (m[7] === "S" ? 2 : 1), m[5], m[6]);
  return Number(m[2]) >= 1 && Number(m[2]) <= 12 ? moment(millis) : text;
}
function obisValue(tail, groups) {
  const known = /24\.1\.0$/.test(tail) && MEDIA[Number(groups[0])];
  if (known) return word(known);
  return groups.map((g) => {
    const quantity = /^(-?)0*(\d[\d.]*)\*(\w+)$/.exec(g);
    if (quantity) { const digits = (quantity[2].split(".")[1] || "").length; return n(Number(quantity[1] + quantity[2]), digits) + " " + quantity[3].replace("m3", "m³"); }
    if (/^(?:[2-7][0-9A-F]){4,}$/i.test(g) && /96\.1|42\.0|96\.13/.test(tail)) return g.match(/../g).map((x) => String.fromCharCode(parseInt(x, 16))).join("").slice(0, 80);
    return time(g);
  }).join(" · ").slice(0, 300);
}
function decodeP1(raw) {
  const rows = [];
  for (const line of raw.split(/\r?\n/)) {
    const match = /^(\d+-\d+:\d+\.\d+\.\d+(?:\.\d+)?)((?:\([^()]*\))+)/.exec(line);
    if (match) rows.push({ code: match[1], name: obisName(match[1]), value: obisValue(match[1], [...match[2].matchAll(/\(([^()]*)\)/g)].map((g) => g[1])) });
    else if (/^\(/.test(line) && rows.length) rows[rows.length - 1].value += " · " + line.replace(/[()]/g, "");
  }
  return rows;
}
function decodeTic(raw) {
  const rows = [];
  for (const group of raw.split(/[\n\r\x02\x03]+/)) {
    const parts = group.includes("\t") ? group.split("\t") : group.split(" ").slice(0, 2).concat("");
    if (parts.length < 3 || !/^[A-Z][A-Z0-9+-]*$/.test(parts[0])) continue;
    const label = parts[0], data = parts.length > 3 ? parts[2] : parts[1], unit = unitOf(label);
    const numbered = TIC_NUMBERED.map(([pattern, names]) => [pattern.exec(label), names]).find(([match]) => match);
    const name = TIC[label] ? word(TIC[label]) : numbered ? word(numbered[1]).replace("{p}", phaseOf(numbered[0][1])) : "";
    const when = label === "DATE" ? parts[1].replace(/^[A-Za-z ](\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "20$1-$2-$3 $4:$5:$6") : "";
    rows.push({ code: label, name, value: when || (unit && /^\d+$/.test(data) ? n(Number(data)) + " " + unit : data.trim()) });
  }
  return rows;
}
/** Every object or label of a telegram: code, name (empty when not known), value. */
export const decode = (raw) => /^\s*\//.test(raw) ? decodeP1(raw) : decodeTic(raw);
