using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>What was done to a chain.</summary>
public enum AuditFault
{
    /// <summary>A row does not say any more what was hashed.</summary>
    Altered,

    /// <summary>A row is missing, whether or not the later ones were renumbered.</summary>
    Deleted,

    /// <summary>A row was put in.</summary>
    Inserted,

    /// <summary>A row stands in the place of another.</summary>
    Swapped,

    /// <summary>Rows at the end are missing.</summary>
    Truncated,

    /// <summary>The chain holds together, but is not the one whose end was published: it was rewritten.</summary>
    Rehashed,

    /// <summary>The rows are in order, but the stored end of the chain is not theirs.</summary>
    Head,
}

/// <summary>The first thing wrong in a chain.</summary>
/// <param name="Number">The row; of a rewritten chain the first published one that differs.</param>
/// <param name="From">The first row that may be concerned; before <paramref name="Number"/> only where a chain was rewritten.</param>
public sealed record AuditFinding(AuditFault Kind, long Number, long From)
{
    public Text Text => Kind switch
    {
        AuditFault.Altered => new($"第 {Number} 条记录被改动", $"Row {Number} was altered"),
        AuditFault.Deleted => new($"第 {Number} 条记录被删除", $"Row {Number} was deleted"),
        AuditFault.Inserted => new($"第 {Number} 条记录是插入的", $"Row {Number} was inserted"),
        AuditFault.Swapped => new($"第 {Number} 条的位置上是另一条记录", $"Another row stands in the place of row {Number}"),
        AuditFault.Truncated => new($"自第 {Number} 条起的记录被截去", $"Rows from {Number} on were cut off"),
        AuditFault.Rehashed => new($"第 {From} 至 {Number} 条之间的链被重写", $"The chain was rewritten between rows {From} and {Number}"),
        _ => new("链尾记录被改动", "The stored end of the chain was altered"),
    };
}

/// <summary>How a verification ended.</summary>
/// <param name="Rows">Rows that were in order, up to the finding.</param>
/// <param name="Hash">Hash of the last of them, hexadecimal.</param>
/// <param name="PublishedHeads">Published ends that were compared; 0 proves nothing against a chain that was rewritten as a whole.</param>
/// <param name="DamagedLines">Lines of the file of heads that nobody can read.</param>
/// <param name="Finding">Null where everything is in order.</param>
public sealed record AuditVerification(string Service, long Rows, string Hash, int PublishedHeads, int DamagedLines, AuditFinding? Finding)
{
    public bool Intact => Finding is null;
}
