using System.Xml;
using HostStack.Conformance;

const int Met = 0;
const int NotMet = 1;
const int Unusable = 2;

// --list IDS            the ids and their scopes
// IDS RESULTS           the report on the result files in a folder
try
{
    switch (args)
    {
        case ["--list", var list]:
            foreach (var id in Read(list))
            {
                Console.WriteLine($"{id.Suite,-8}{id.Id,-34}{id.Meaning}" + (id.IsNow ? "" : $" [{id.Scope}]"));
            }

            return Met;

        case [var list, var folder]:
            var files = Directory.GetFiles(folder, "*.xml");
            if (files.Length == 0)
            {
                Console.Error.WriteLine($"conformance: no result file in {folder}: the tests did not run.");
                return Unusable;
            }

            var report = new ConformanceReport(Read(list), files.SelectMany(Results));
            report.Write(Console.Out);
            return report.IsMet ? Met : NotMet;

        default:
            Console.Error.WriteLine("usage: conformance IDS RESULTS | conformance --list IDS");
            return Unusable;
    }
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or XmlException)
{
    Console.Error.WriteLine("conformance: " + exception.Message);
    return Unusable;
}

static IReadOnlyList<ConformanceId> Read(string path)
{
    using var reader = File.OpenText(path);
    return ConformanceId.ReadList(reader);
}

static IReadOnlyList<CarriedTest> Results(string path)
{
    using var reader = File.OpenText(path);
    return CarriedTest.ReadResults(reader);
}
