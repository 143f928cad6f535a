namespace HostStack.Cli.Configuration;

/// <summary>Reads the configuration file of <c>hoststack run</c>.</summary>
internal static class ConfigurationFile
{
    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="CommandFailedException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="ConfigurationException">Something in it is wrong; all of it is said.</exception>
    public static ServiceConfiguration Read(string path)
    {
        byte[] text;
        try
        {
            using var file = File.OpenRead(path);
            text = ReadBounded(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CommandFailedException(
                failure is UnauthorizedAccessException ? ExitCode.NoPermission : ExitCode.NoInput,
                failure is FileNotFoundException or DirectoryNotFoundException
                    ? $"There is no configuration '{path}'; name a file that is there with --config."
                    : $"The configuration '{path}' cannot be read ({failure.GetType().Name}); name a file that you may read with --config.",
                failure);
        }

        return Parse(path, text);
    }

    /// <summary>Reads and checks a text.</summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="text">UTF-8.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong; all of it is said.</exception>
    public static ServiceConfiguration Parse(string file, ReadOnlyMemory<byte> text)
    {
        var errors = new ConfigurationErrors(file);
        ServiceConfiguration? configuration = null;
        if (ConfigurationText.Parse(text, errors) is { } root && ConfigurationShapes.File.TryRead(root, "", errors, out configuration))
        {
            configuration.File = file;
            ConfigurationChecks.Run(configuration, errors);
        }

        return errors.IsEmpty ? configuration! : throw new ConfigurationException(errors.All);
    }

    // One octet beyond the bound is enough to see that there is more.
    private static byte[] ReadBounded(FileStream file)
    {
        var text = new byte[ConfigurationText.MaximumSize + 1];
        var length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return text[..length];
    }
}
