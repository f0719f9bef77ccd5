using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Settings <c>Decisions:*</c>.</summary>
public sealed class DecisionOptions
{
    public const string Section = "Decisions";

    /// <summary>The file of keys that ids are signed with, as <see cref="NamedKey"/> says; a mounted secret in production.</summary>
    [Required]
    public string KeyFile { get; set; } = "";

    /// <summary>Makes the file at first start where it is not there. Only where one machine is the whole installation.</summary>
    public bool MakeKey { get; set; }

    /// <summary>How many of a hundred customers are never offered anything, so that the effect can be known; 0 to 50. Default 5.</summary>
    [Range(0.0, 50.0)]
    public double HoldoutPercent { get; set; } = 5;

    /// <summary>After so long without a customer's profile the answer is to stay. Default 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Budget { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How far this replica may lag behind what is told of customers: it may have missed a withdrawal, and nothing is offered. Default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan LongestLag { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <exception cref="OptionsValidationException">The file is not there, broken, or readable by others.</exception>
    internal static DecisionIds Open(DecisionOptions options)
    {
        try
        {
            if (options.MakeKey) NamedKey.EnsureFile(options.KeyFile);
            return new DecisionIds(NamedKey.Read(options.KeyFile));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(Section, typeof(DecisionOptions), [$"{Section}:{nameof(KeyFile)}: {wrong.Message}"]);
        }
    }
}
