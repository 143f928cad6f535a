using System.Diagnostics;

namespace HostStack.Interop.Tests.Judge;

/// <summary>Has captures dissected by Wireshark's <c>tshark</c>, which nobody here wrote.</summary>
internal static class TsharkJudge
{
    private const string CutShort = "cut short in the middle of a packet";
    private const char FieldSeparator = '\u001f';
    private const char ValueSeparator = '\u001e';
    private const int Shown = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Ends the test unless tshark is there.</summary>
    public static void Require() => Requires.Programs(("tshark", "tshark"));

    /// <summary>No packet is malformed and no expert of tshark's finds an error. What is no packet (a program's lines among
    /// a guest's records) is not judged, and neither are TCP's losses and retransmissions.</summary>
    /// <param name="path">A btsnoop file, of either datalink.</param>
    /// <param name="crossing">For how long a host's data may cross the end of their link: <see cref="ExpertFindings.SimulatedCrossing"/>
    /// unless the host ran in real time.</param>
    /// <param name="expected">Beginnings of findings that the test provokes.</param>
    public static async Task AssertCleanAsync(string path, TimeSpan? crossing = null, params string[] expected)
    {
        var faults = await FindFaultsAsync(path, crossing, expected);
        Assert.That(faults.Take(Shown), Is.Empty, $"{Path.GetFileName(path)}: tshark finds {faults.Count} faults");
    }

    /// <summary>What tshark finds wrong with a capture, one line each.</summary>
    /// <param name="path">A btsnoop file, of either datalink.</param>
    /// <param name="crossing">For how long a host's data may cross the end of their link: <see cref="ExpertFindings.SimulatedCrossing"/>
    /// unless the host ran in real time.</param>
    /// <param name="expected">Beginnings of findings that are left out.</param>
    public static async Task<IReadOnlyList<string>> FindFaultsAsync(string path, TimeSpan? crossing = null, params string[] expected)
    {
        var experts = new ExpertFindings(crossing ?? ExpertFindings.SimulatedCrossing);
        return
        [
            .. (await DissectAsync(path)).SelectMany(experts.Of)
                .Where(finding => !Array.Exists(expected, start => finding.Message.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
                .Select(static finding => $"frame {finding.Frame}: {finding.Message}"),
        ];
    }

    /// <summary>Our parsers and tshark read the same values, in the fields of <see cref="JudgeFields"/>.</summary>
    /// <param name="path">A btsnoop file, of either datalink.</param>
    /// <returns>How many values were compared, by field.</returns>
    public static async Task<IReadOnlyDictionary<string, int>> AssertAgreesAsync(string path)
    {
        var theirs = await DissectAsync(path);
        var ours = CaptureDecoder.Decode(path);
        Assert.That(ours, Has.Count.EqualTo(theirs.Count), $"{Path.GetFileName(path)}: records");
        var compared = new Dictionary<string, int>();
        var differences = new List<string>();
        foreach (var (our, their) in ours.Zip(theirs))
        {
            Compare(our, their, compared, differences);
        }

        Assert.That(
            differences.Take(Shown), Is.Empty, $"{Path.GetFileName(path)}: {differences.Count} values are not what tshark reads");
        return compared;
    }

    /// <summary>The differences of one frame; values that both have are counted.</summary>
    public static void Compare(DecodedFrame ours, DecodedFrame theirs, Dictionary<string, int> compared, List<string> differences)
    {
        foreach (var field in JudgeFields.Complete.Concat(JudgeFields.Ours))
        {
            var (our, their) = (ours[field], theirs[field]);
            if (our.Count == 0 && (their.Count == 0 || JudgeFields.Ours.Contains(field)))
            {
                continue;
            }

            compared[field] = compared.GetValueOrDefault(field) + our.Count;
            if (!our.SequenceEqual(their))
            {
                differences.Add($"frame {ours.Number}, {field}: ours [{string.Join(", ", our)}], tshark [{string.Join(", ", their)}]");
            }
        }
    }

    /// <summary>Every record of a capture as tshark reads it.</summary>
    public static async Task<IReadOnlyList<DecodedFrame>> DissectAsync(string path)
    {
        Require();
        string[] fields =
        [
            JudgeFields.Time, JudgeFields.Protocols, JudgeFields.H4Direction, JudgeFields.MonitorOpCode,
            JudgeFields.ExpertSeverity, JudgeFields.ExpertGroup, JudgeFields.ExpertMessage, JudgeFields.Info,
            .. JudgeFields.Complete,
            .. JudgeFields.Ours.Where(static field => !field.StartsWith(BnepDecoder.InfoPrefix, StringComparison.Ordinal)),
        ];
        var start = new ProcessStartInfo(Requires.Find("tshark")!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-n", "-r", path, "-T", "fields", "-E", $"separator={FieldSeparator}", "-E", $"aggregator={ValueSeparator}" },
        };
        foreach (var field in fields)
        {
            start.ArgumentList.Add("-e");
            start.ArgumentList.Add(field);
        }

        var (exitCode, output, errors) = await RunAsync(start);

        // A guest's capture may be taken while it is written; what is whole in it is judged.
        Assert.That(exitCode == 0 || errors.Contains(CutShort, StringComparison.Ordinal), Is.True, $"tshark -r {path}: {errors}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, index) => Read(index + 1, fields, line))];
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new AssertionException($"tshark did not end within {Limit.TotalMinutes} minutes");
        }
    }

    private static DecodedFrame Read(int number, string[] fields, string line)
    {
        var values = line.Split(FieldSeparator);
        Assert.That(values, Has.Length.EqualTo(fields.Length), $"tshark's line for frame {number}");
        var frame = new DecodedFrame(number);
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i] == JudgeFields.Info)
            {
                BnepDecoder.AddSetupNames(frame, values[i]);
            }
            else if (values[i].Length > 0)
            {
                Array.ForEach(values[i].Split(ValueSeparator), value => frame.Add(fields[i], value));
            }
        }

        return frame;
    }
}
